package org.agentos.federation.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes all request bodies together may hold. Bodies are received before they take a place among the exchanges in
 * flight, so this alone keeps many slow senders of large bodies from filling the memory.
 */
final class BodyBudget {
    private static final int SHARE_OF_HEAP = 4;

    private final AtomicLong left;

    BodyBudget(long bytes) {
        this.left = new AtomicLong(bytes);
    }

    /** A quarter of the heap, and never less than four of the largest bodies. */
    static BodyBudget forBodiesUpTo(int maxBodyBytes) {
        return new BodyBudget(Math.max(
                SHARE_OF_HEAP * (long) maxBodyBytes, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP));
    }

    boolean take(int bytes) {
        if (left.addAndGet(-bytes) >= 0) {
            return true;
        }
        left.addAndGet(bytes);
        return false;
    }

    void giveBack(long bytes) {
        left.addAndGet(bytes);
    }

    long left() {
        return left.get();
    }
}
