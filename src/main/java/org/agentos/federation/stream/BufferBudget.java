package org.agentos.federation.stream;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that all streams together hold for clients that have not taken them. Near the limit pieces are small, and
 * only for clients that have taken all before; at twice the limit no event is read for anybody. Thread-safe.
 */
final class BufferBudget {
    /** A piece near the limit: enough to show that a client still reads. */
    static final int SMALL_PIECE = 16 << 10;

    private static final int HARD_FACTOR = 2;

    private final long limit;
    private final AtomicLong held = new AtomicLong();

    /** @param limit in bytes */
    BufferBudget(long limit) {
        this.limit = limit;
    }

    /**
     * How much may be read for a stream now.
     *
     * @param wanted when there is room
     * @param keepsUp whether its client has taken all that it was given
     * @return 0 when the stream must wait
     */
    int portion(int wanted, boolean keepsUp) {
        long now = held.get();
        if (now + wanted <= limit) {
            return wanted;
        }
        return keepsUp && !full() ? Math.min(wanted, SMALL_PIECE) : 0;
    }

    /** Whether so much is held that no event is read for anybody. */
    boolean full() {
        return held.get() >= HARD_FACTOR * limit;
    }

    void take(long bytes) {
        held.addAndGet(bytes);
    }

    void give(long bytes) {
        held.addAndGet(-bytes);
    }

    long held() {
        return held.get();
    }

    /** What has to go for new readers to have room again; 0 while there is enough. */
    long excess() {
        long now = held.get();
        return now > limit - limit / 8 ? now - (limit - limit / 4) : 0;
    }
}
