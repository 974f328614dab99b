package org.agentos.federation.settings;

import java.time.Duration;

/**
 * Tickets, which open one run's events where a client cannot set headers.
 *
 * @param lifetime at most; the caller's token may shorten it
 */
public record TicketSettings(boolean enabled, Duration lifetime) {}
