package org.agentos.federation.wiring;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that hold one call to a peer each. They come as they are needed, and the one that was busy last is taken first:
 * it and its memory are awake. The first thing that a task hands to its own pool is done by its own thread: an exchange that
 * is on such a thread already does not change to another. No more than the first, or tasks that follow from one another would
 * fill the thread's stack.
 */
final class CallThreads extends ThreadPoolExecutor {
    private static final int IDLE_SECONDS = 30;

    /**
     * Makes a pool without threads.
     *
     * @param threads at most; never reached where places for calls come first
     * @param otherwise does what comes when all threads are busy: who brings it may be a thread that must not wait
     */
    CallThreads(String name, int threads, Executor otherwise) {
        super(0, threads, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>());
        AtomicInteger number = new AtomicInteger();
        setThreadFactory(task -> new CallThread(this, task, name + "-" + number.incrementAndGet()));
        setRejectedExecutionHandler((task, full) -> {
            if (!isShutdown()) {
                otherwise.execute(task);
            }
        });
    }

    @Override
    public void execute(Runnable task) {
        if (Thread.currentThread() instanceof CallThread own && own.pool == this && own.first) {
            own.first = false;
            task.run();
        } else {
            super.execute(task);
        }
    }

    @Override
    protected void beforeExecute(Thread thread, Runnable task) {
        ((CallThread) thread).first = true;
    }

    private static final class CallThread extends Thread {
        private final CallThreads pool;
        private boolean first;

        CallThread(CallThreads pool, Runnable task, String name) {
            super(task, name);
            this.pool = pool;
            setDaemon(true);
        }
    }
}
