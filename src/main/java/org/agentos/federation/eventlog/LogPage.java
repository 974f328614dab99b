package org.agentos.federation.eventlog;

import java.util.List;

/**
 * Events read from a log in order.
 *
 * @param more whether events durable at the time of reading follow the last one here
 */
public record LogPage(List<StoredEvent> events, boolean more) {}
