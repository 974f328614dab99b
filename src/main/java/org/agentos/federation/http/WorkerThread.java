package org.agentos.federation.http;

import java.util.Queue;

/** A thread of a lane: it works on one request at a time. */
public final class WorkerThread extends Thread {
    private final Queue<Runnable> waiting;

    /** @param waiting the tasks that wait for a thread of the lane */
    WorkerThread(Runnable task, String name, Queue<Runnable> waiting) {
        super(task, name);
        this.waiting = waiting;
        setDaemon(true);
    }

    /**
     * Whether the current thread is such a one, and may wait for the disk itself instead of having another thread woken: no
     * request waits for it meanwhile. Event loops and threads that go on with exchanges may not, nor one that was
     * interrupted, for that closes the file it uses.
     */
    public static boolean mayBlock() {
        return currentThread() instanceof WorkerThread worker && worker.waiting.isEmpty() && !worker.isInterrupted();
    }
}
