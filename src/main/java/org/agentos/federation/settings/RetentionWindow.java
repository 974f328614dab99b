package org.agentos.federation.settings;

import java.time.Duration;

/**
 * How much of a run's log is kept at least: an event goes when any one of these no longer holds it.
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
