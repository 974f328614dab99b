package org.agentos.federation.http;

import java.time.Duration;

/**
 * Whether a request body comes fast enough. It is asked of every while anew: what has come early is no credit, or a body of
 * which only the last bytes are missing could hold its memory for half an hour. Times are those of one steady clock, in
 * nanoseconds.
 */
final class BodyPace {
    /** A body slower than this, once its grace is over, is an attack or a dead line. */
    static final int MIN_BYTES_PER_SECOND = 4 * 1024;

    private final long graceNanos;
    private long since;
    private long lastByte;
    private long received;

    /** @param grace for a sender who has stopped; and so much of each while, which is twice as long, is not counted */
    BodyPace(Duration grace) {
        this.graceNanos = grace.toNanos();
    }

    void begin(long now) {
        since = now;
        lastByte = now;
        received = 0;
    }

    void arrived(int bytes, long now) {
        received += bytes;
        lastByte = now;
    }

    /** To be asked more than once in a grace: what is judged is what came since the last while ended. */
    boolean isTooSlow(long now) {
        long counted = now - since - graceNanos;
        boolean slow = counted > 0 && received < counted / 1e9 * MIN_BYTES_PER_SECOND;
        if (counted > graceNanos) {
            since = now;
            received = 0;
        }
        return slow || now - lastByte > graceNanos;
    }
}
