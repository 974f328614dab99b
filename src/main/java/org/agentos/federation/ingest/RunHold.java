package org.agentos.federation.ingest;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.ingest.HoldMeters.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The batches of one run that wait, lowest sequence first. They leave in that order, one after the other, each when what
 * is missing before it has come; all of them when the time is up or too much waits. Until the last one has been handed to
 * the log, a later batch that would leave a gap joins them, so that none is overtaken.
 */
final class RunHold {
    private static final Logger LOG = LoggerFactory.getLogger(RunHold.class);

    /**
     * A batch that waits.
     *
     * @param goOn hands it to the log
     */
    record Batch(Sequences sequences, Runnable goOn) {}

    private final RunKey run;
    private final HoldPorts ports;
    private final Consumer<RunHold> ended;
    private final PriorityQueue<Batch> waiting = new PriorityQueue<>(
            Comparator.comparingLong(batch -> batch.sequences().first()));
    private final Deque<Batch> leaving = new ArrayDeque<>();
    private final EventLog.Watch watch;
    private final ScheduledFuture<?> readingAgain;
    private final ScheduledFuture<?> timeUp;
    private int events;
    private Outcome outcome = Outcome.FILLED;
    private boolean begun;
    private boolean draining;
    private boolean over;

    RunHold(RunKey run, HoldPorts ports, Consumer<RunHold> ended) {
        this.run = run;
        this.ports = ports;
        this.ended = ended;
        this.watch = ports.log().watch(run, this::letGoOnReader);
        this.readingAgain =
                after(GapHolds.BEFORE_READING_AGAIN, () -> ports.mirrors().readAgain(run));
        this.timeUp = after(GapHolds.MAX_WAIT, () -> end(Outcome.TIME_UP));
    }

    private ScheduledFuture<?> after(Duration delay, Runnable task) {
        return ports.timers().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    RunKey run() {
        return run;
    }

    /** Takes a batch in; false when this hold is over. */
    boolean add(Batch batch) {
        synchronized (this) {
            if (over) {
                return false;
            }
            begun = true;
            waiting.add(batch);
            events += batch.sequences().events();
            if (events > GapHolds.MAX_EVENTS && outcome == Outcome.FILLED) {
                outcome = Outcome.FULL;
            }
        }
        letGoOnReader(); // the log may have moved since the batch was looked at, or end elsewhere than memory told
        return true;
    }

    private void end(Outcome how) {
        synchronized (this) {
            outcome = outcome == Outcome.FILLED ? how : outcome;
        }
        letGoOnReader();
    }

    private void letGoOnReader() {
        ports.readers().execute(this::letGo);
    }

    /** Lets the batches go that need not wait any longer. One thread at a time does so, which keeps them in order. */
    private void letGo() {
        long last = isEnded() ? Long.MAX_VALUE : last(); // a log that cannot be read must hold nobody for ever
        synchronized (this) {
            while (!waiting.isEmpty() && mayGo(waiting.peek(), last)) {
                leaving.add(waiting.poll());
            }
            if (draining || over) {
                return;
            }
            draining = true;
        }
        for (Batch next = next(); next != null; next = next()) {
            go(next);
        }
    }

    /** One batch that fails must not hold up those behind it. */
    private void go(Batch batch) {
        try {
            batch.goOn().run();
        } catch (RuntimeException bug) {
            LOG.error("Held batch did not go on run_id={}", run.runId(), bug);
        }
    }

    /** The end of the run's log: in memory for a run that gets events, on the disk for one long idle. */
    private long last() {
        long hint = ports.log().lastSequenceHint(run);
        return hint > 0
                ? hint
                : ports.log().find(run).map(found -> found.latest().sequence()).orElse(0L);
    }

    private synchronized boolean isEnded() {
        return outcome != Outcome.FILLED;
    }

    private boolean mayGo(Batch batch, long last) {
        return isEnded() || !batch.sequences().leaveGapAfter(last);
    }

    /** The next batch to go; null when none may, which is the end of the hold when none waits either. */
    private synchronized Batch next() {
        Batch next = leaving.poll();
        if (next != null) {
            ports.meters().waited(outcome);
            events -= next.sequences().events();
            return next;
        }
        draining = false;
        if (waiting.isEmpty() && begun) { // the log may move before the first batch is in
            close();
        }
        return null;
    }

    private void close() {
        over = true;
        watch.close();
        readingAgain.cancel(false);
        timeUp.cancel(false);
        ended.accept(this);
        ports.mirrors().waited(run, outcome == Outcome.FILLED);
    }
}
