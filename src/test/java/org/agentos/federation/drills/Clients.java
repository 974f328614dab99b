package org.agentos.federation.drills;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Clients that go on over crashes, each a thread: what ends because the gateway is gone is begun again. Used by one thread. */
final class Clients implements AutoCloseable {
    private static final long RETRY_NANOS = Duration.ofMillis(20).toNanos();

    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    /** Begins a client; {@code work} returns when the gateway is gone. */
    void add(Runnable work) {
        over = false;
        Thread thread = new Thread(() -> {
            while (!over) {
                work.run();
                LockSupport.parkNanos(RETRY_NANOS);
            }
        });
        threads.add(thread);
        thread.start();
    }

    /** After the gateway is gone: waits until every client has noticed. */
    void awaitGone() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
        threads.clear();
    }

    @Override
    public void close() {
        over = true;
        threads.forEach(Thread::interrupt);
    }
}
