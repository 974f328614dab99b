package org.agentos.federation.settings;

import java.time.Duration;

/**
 * The breaker of each peer.
 *
 * @param window how long a call counts, whole seconds
 * @param minCalls in the window before it may open
 * @param failureRatePercent of the calls in the window that opens it
 * @param openFor no call is let through for so long
 * @param probes calls let through after that, which decide whether it closes
 */
public record BreakerSettings(Duration window, int minCalls, int failureRatePercent, Duration openFor, int probes) {}
