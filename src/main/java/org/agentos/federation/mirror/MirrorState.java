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
 * @param nextTry when it connects again, while it waits for that
 */
public record MirrorState(
        Phase phase,
        long connections,
        Optional<String> lastError,
        Optional<Instant> lastEvent,
        Optional<Instant> nextTry) {
    static final MirrorState NEW = new MirrorState(Phase.IDLE, 0, Optional.empty(), Optional.empty(), Optional.empty());

    MirrorState in(Phase next) {
        return new MirrorState(next, connections, lastError, lastEvent, Optional.empty());
    }

    MirrorState backingOffUntil(Instant then) {
        return new MirrorState(Phase.BACKING_OFF, connections, lastError, lastEvent, Optional.of(then));
    }

    MirrorState connecting() {
        return new MirrorState(Phase.CONNECTING, connections + 1, lastError, lastEvent, Optional.empty());
    }

    /** An empty name stands for no error. */
    MirrorState withError(String name) {
        return new MirrorState(phase, connections, Optional.of(name).filter(n -> !n.isEmpty()), lastEvent, nextTry);
    }

    MirrorState withEvent(Instant now) {
        return new MirrorState(phase, connections, lastError, Optional.of(now), nextTry);
    }

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
