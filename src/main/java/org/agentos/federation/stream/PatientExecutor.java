package org.agentos.federation.stream;

import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * An executor that tries again a little later when the bounded one behind it is full or gets no thread: a stream that was
 * woken must run at some time, or it would sleep for ever. Waiting tasks are bounded by the caps on streams, each has one at
 * most.
 */
final class PatientExecutor implements Executor {
    private static final long RETRY_MILLIS = 20;

    private final Executor executor;
    private final ScheduledExecutorService scheduler;

    PatientExecutor(Executor executor, ScheduledExecutorService scheduler) {
        this.executor = executor;
        this.scheduler = scheduler;
    }

    @Override
    public void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException | OutOfMemoryError full) { // the latter where no thread can be begun
            if (!scheduler.isShutdown()) {
                Future<?> unused = scheduler.schedule(() -> execute(task), RETRY_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }
}
