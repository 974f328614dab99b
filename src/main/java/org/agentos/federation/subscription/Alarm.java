package org.agentos.federation.subscription;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Wakes a subscription in time for an event that is due before the next tick of {@link Subscriptions}, which wakes it for all
 * others. So it never leaves more behind than a second's worth.
 */
final class Alarm {
    private static final long SOON_NANOS = Subscriptions.TICK.toNanos();

    private final ScheduledExecutorService timers;
    private final Runnable ring;
    private ScheduledFuture<?> next;

    /** @param ring must not block */
    Alarm(ScheduledExecutorService timers, Runnable ring) {
        this.timers = timers;
        this.ring = ring;
    }

    synchronized void in(long nanos) {
        if (nanos >= SOON_NANOS || (next != null && !next.isDone() && next.getDelay(TimeUnit.NANOSECONDS) <= nanos)) {
            return;
        }
        cancel();
        try {
            next = timers.schedule(ring, Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException stopping) {
            // nothing goes out any more
        }
    }

    synchronized void cancel() {
        if (next != null) {
            next.cancel(false);
        }
    }
}
