package org.agentos.federation.mirror;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * What one run's mirror is doing.
 *
 * @param connections asked of the peer so far, since this process knows the run
 * @param lastError why the last connection was not what it should be; empty after a good one
 * @param lastEvent when something new was last stored
 */
public record MirrorState(Phase phase, long connections, Optional<String> lastError, Optional<Instant> lastEvent) {

    /** The phases of a mirror; {@link RunMirror} draws the way between them. */
    public enum Phase {
        /** Nobody needs it at the moment. */
        IDLE,
        /** Waits until enough other upstreams are closed. */
        QUEUED,
        CONNECTING,
        CONNECTED,
        BACKING_OFF,
        /** The peer takes only callers' tokens, and none is at hand. */
        WAITING_FOR_TOKEN,
        ENDED;

        /** The name in answers to clients. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
