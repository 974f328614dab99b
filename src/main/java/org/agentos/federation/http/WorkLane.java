package org.agentos.federation.http;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;

/**
 * A bounded number of exchanges in flight on a bounded number of threads. An exchange that waits asynchronously keeps
 * its place but no thread.
 */
final class WorkLane implements Executor, AutoCloseable {
    /** An exchange has its own task and at most one that reads or closes its answer's stream. */
    private static final int TASKS_AN_EXCHANGE = 2;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration LAST_TASKS = Duration.ofSeconds(1);

    private final Semaphore places;
    private final ThreadPoolExecutor threads;

    WorkLane(String name, int threads, int maxInFlight) {
        this.places = new Semaphore(maxInFlight);
        BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>(TASKS_AN_EXCHANGE * maxInFlight);
        this.threads = new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS, waiting, numbered(name, waiting));
    }

    /** Refuses when no place is free, without taking one. */
    void refuseIfFull() {
        if (places.availablePermits() <= 0) {
            throw full();
        }
    }

    /** Takes a place, to be given back by {@link #leave}, or refuses. */
    void enter() {
        if (!places.tryAcquire()) {
            throw full();
        }
    }

    void leave() {
        places.release();
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    /** Ends the threads: tasks that run are given a second, then interrupted. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(LAST_TASKS.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private static FederationException full() {
        return new FederationException(ErrorCode.UNAVAILABLE, "Too many requests are being worked on.")
                .retryAfter(RETRY_AFTER);
    }

    private static ThreadFactory numbered(String name, Queue<Runnable> waiting) {
        AtomicInteger number = new AtomicInteger();
        return task -> new WorkerThread(task, name + "-" + number.incrementAndGet(), waiting);
    }
}
