package org.agentos.federation.http;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The requests whose answers are not over yet, streams among them, and whether new ones are still welcome. */
final class OpenCalls {
    private final AtomicInteger open = new AtomicInteger();
    private final CountDownLatch none = new CountDownLatch(1);
    private volatile boolean draining;

    void begin() {
        open.incrementAndGet();
    }

    void end() {
        if (open.decrementAndGet() == 0 && draining) {
            none.countDown();
        }
    }

    int count() {
        return open.get();
    }

    boolean draining() {
        return draining;
    }

    void drain() {
        draining = true;
    }

    /** Waits until every answer is over; false when the time is up first. */
    boolean awaitNone(Duration limit) throws InterruptedException {
        return open.get() == 0 || none.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }
}
