package org.agentos.federation.settings;

import java.time.Duration;

/**
 * What is kept of a run's log: the events that all of these hold. An event goes when one no longer does.
 *
 * @param maxAge since an event was stored
 * @param maxBytes of envelopes of one run; 0 = no cap
 * @param maxEvents of one run; 0 = no cap
 */
public record RetentionWindow(Duration maxAge, long maxBytes, long maxEvents) {
    /** Whether age alone decides. */
    public boolean uncapped() {
        return maxBytes == 0 && maxEvents == 0;
    }
}
