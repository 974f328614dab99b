package org.agentos.federation.wiring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.agentos.federation.settings.Settings;

/**
 * The gateway's own pools, each with a name and a limit. The listener has its event loops and workers beside these; what is kept
 * on disk is written by threads of the store, and a subscription has its own.
 */
public final class Threads implements AutoCloseable {
    /** None of them ever waits, so more of them than processors would only make for more waking up. */
    private static final int CONTINUATIONS = Math.max(2, Runtime.getRuntime().availableProcessors());

    private static final int STREAM_READERS = 4;
    private static final int TIMERS = 2;

    /** A thread may still be leaving one forward when the next has taken its place. */
    private static final int FORWARD_THREADS = 2;

    /** For each purpose of such a call, and a thread may still be leaving one call when the next has taken its place. */
    private static final int HOLDER_THREADS = 4;

    private static final Duration GRACE = Duration.ofSeconds(2);

    private final List<ExecutorService> pools = new ArrayList<>();

    /** Goes on with exchanges that waited for the disk. */
    final ExecutorService continuations;
    /** Reads the event log for streams and mirrors, off the event loops. */
    final ExecutorService streamReaders;
    /** Holds one thread for each call to a peer under way, for as long as the peer takes. */
    final ExecutorService forwardCalls;
    /** Holds one thread for each call about a run that a peer holds. */
    final ExecutorService holderCalls;
    /** Writes snapshots of the forward index, one at a time. */
    public final ExecutorService compactions;
    /** Short timed tasks: heartbeats, back-offs, time limits. */
    public final ScheduledExecutorService timers;

    public Threads(Settings settings) {
        int inFlight = settings.http().maxInFlight();
        continuations = pool("continuation", CONTINUATIONS, inFlight);
        streamReaders = pool(
                "stream-reader", STREAM_READERS, inFlight + settings.stream().maxStreams());
        forwardCalls =
                callers("forward-call", FORWARD_THREADS * settings.forward().inFlight());
        holderCalls = callers("holder-call", HOLDER_THREADS * settings.holder().inFlight());
        compactions = pool("forward-compaction", 1, 1);
        timers = timers();
        pools.add(timers);
    }

    /** Time limits are nearly always called off: kept until they are due, those of ten seconds would pile up. */
    private static ScheduledExecutorService timers() {
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(TIMERS, named("timer"));
        timers.setRemoveOnCancelPolicy(true);
        return timers;
    }

    private ExecutorService callers(String name, int threads) {
        ExecutorService pool = new CallThreads(name, threads, continuations);
        pools.add(pool);
        return pool;
    }

    /** When even the queue is full the caller does the task itself: work that was taken on is never dropped. */
    private ExecutorService pool(String name, int threads, int queued) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(queued),
                named(name),
                new ThreadPoolExecutor.CallerRunsPolicy());
        pool.allowCoreThreadTimeOut(true);
        pools.add(pool);
        return pool;
    }

    private static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public void close() {
        pools.forEach(ExecutorService::shutdown);
        for (ExecutorService pool : pools) {
            try {
                if (!pool.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                    pool.shutdownNow();
                }
            } catch (InterruptedException e) {
                pool.shutdownNow();
                Thread.currentThread().interrupt();
            }
        }
    }
}
