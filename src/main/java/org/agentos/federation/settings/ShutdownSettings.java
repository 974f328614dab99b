package org.agentos.federation.settings;

import java.time.Duration;

/**
 * What happens after SIGTERM.
 *
 * @param drain over which open streams are ended
 * @param total after which the process ends in any case
 */
public record ShutdownSettings(Duration drain, Duration total) {}
