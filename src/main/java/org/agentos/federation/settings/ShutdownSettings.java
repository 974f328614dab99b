package org.agentos.federation.settings;

import java.time.Duration;

/**
 * What happens after SIGTERM.
 *
 * @param readinessDelay for which health already says no while all is still served, so that no more is sent here
 * @param drain over which open streams are ended
 * @param total after which the process ends in any case
 */
public record ShutdownSettings(Duration readinessDelay, Duration drain, Duration total) {}
