package org.agentos.federation.stream;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that never runs twice at once, however many threads signal it; a signal during a run makes it run again. So the
 * work's own state needs no lock, and at most one task of it waits in the executor.
 */
final class SerialTask {
    private static final Logger LOG = LoggerFactory.getLogger(SerialTask.class);

    private final Executor executor;
    private final Work work;
    private final AtomicInteger signals = new AtomicInteger();

    SerialTask(Executor executor, Work work) {
        this.executor = executor;
        this.work = work;
    }

    /** One run of the work. One that throws is logged and counts as done: the next signal makes it run again. */
    interface Work {
        /** Returns false when there was more to do and it only stopped to let others have the thread. */
        boolean run();
    }

    /** Makes the work run soon. */
    void signal() {
        if (signals.getAndIncrement() == 0) {
            executor.execute(this::run);
        }
    }

    /** Runs the work on this thread, unless it is running: for a thread of the executor only. */
    void signalHere() {
        if (signals.getAndIncrement() == 0) {
            run();
        }
    }

    /** From now on signals are only remembered, until {@link #release}. To be called before the first of them. */
    void hold() {
        signals.incrementAndGet();
    }

    void release() {
        executor.execute(this::run);
    }

    private void run() {
        int seen = signals.get();
        while (seen != 0) {
            if (!isDone()) {
                executor.execute(this::run);
                return;
            }
            seen = signals.addAndGet(-seen);
        }
    }

    private boolean isDone() {
        try {
            return work.run();
        } catch (RuntimeException | Error failed) { // its signals would stay, and none after them start it again
            LOG.error("task of a stream failed", failed);
            return true;
        }
    }
}
