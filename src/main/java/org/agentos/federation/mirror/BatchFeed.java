package org.agentos.federation.mirror;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Verdict;

/**
 * Hands the events of one connection to the sink, one batch at a time; what comes while a batch is being stored makes up
 * the next one. Never two at once: a batch that failed after the next was stored would be late for ever. So a fast run
 * goes as fast as its batches are large. Used on one event loop.
 */
final class BatchFeed {
    /** Of one batch, which is one step that others wait for. */
    static final int MAX_EVENTS = 2048;

    /** What waits of a run; from there on its peer is not read any further. A batch is as large as what waited. */
    static final int WAITING_BYTES = 256 * 1024;

    /** The same for a run that was granted more. */
    static final int GRANTED_BYTES = 1024 * 1024;

    /** For what waits and for the batch under way. */
    private static final long GRANT = 2L * (GRANTED_BYTES - WAITING_BYTES);

    /** What an event costs beside its envelope: without it small events would fill the memory. */
    private static final int EVENT_BYTES = 128;

    private final MirroredRun run;
    private final MirrorSink sink;
    private final Executor loop;
    private final ReadAhead ahead;
    private final BiConsumer<List<IncomingEvent>, List<Verdict>> stored;
    private final Consumer<Throwable> failed;
    private final Deque<IncomingEvent> waiting = new ArrayDeque<>(4);
    private long waitingBytes;
    private long storingBytes;
    private boolean storing;
    private boolean granted;

    BatchFeed(
            MirroredRun run,
            MirrorSink sink,
            Executor loop,
            ReadAhead ahead,
            BiConsumer<List<IncomingEvent>, List<Verdict>> stored,
            Consumer<Throwable> failed) {
        this.run = run;
        this.sink = sink;
        this.loop = loop;
        this.ahead = ahead;
        this.stored = stored;
        this.failed = failed;
    }

    void add(IncomingEvent event) {
        waiting.add(event);
        waitingBytes += bytes(event);
        if (!granted && waitingBytes >= WAITING_BYTES) {
            granted = ahead.take(GRANT);
        }
    }

    boolean full() {
        return waitingBytes >= (granted ? GRANTED_BYTES : WAITING_BYTES);
    }

    /** Whether everything that came is stored, or has failed to be. */
    boolean idle() {
        return !storing && waiting.isEmpty();
    }

    /** Starts storing what waits, unless a batch is under way. */
    void flush() {
        if (!storing && !waiting.isEmpty()) {
            storing = true;
            List<IncomingEvent> batch = nextBatch();
            take(batch).whenCompleteAsync((verdicts, failure) -> settle(batch, verdicts, failure), loop);
        }
    }

    private CompletionStage<List<Verdict>> take(List<IncomingEvent> batch) {
        try {
            return sink.take(run, batch, loop);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private List<IncomingEvent> nextBatch() {
        List<IncomingEvent> batch = new ArrayList<>(Math.min(waiting.size(), MAX_EVENTS));
        while (!waiting.isEmpty() && batch.size() < MAX_EVENTS) {
            IncomingEvent event = waiting.poll();
            storingBytes += bytes(event);
            batch.add(event);
        }
        waitingBytes -= storingBytes;
        return batch;
    }

    private static int bytes(IncomingEvent event) {
        return EVENT_BYTES + event.envelope().length();
    }

    private void settle(List<IncomingEvent> batch, List<Verdict> verdicts, Throwable failure) {
        storing = false;
        storingBytes = 0;
        if (failure != null || verdicts.size() != batch.size()) {
            drop();
            failed.accept(failure);
        } else {
            flush();
            giveBack();
            stored.accept(batch, verdicts);
        }
    }

    /** Forgets what waits: the peer will be asked for it again. */
    void drop() {
        waiting.clear();
        waitingBytes = 0;
        giveBack();
    }

    /** A run that is no longer fast leaves its grant to others. */
    private void giveBack() {
        if (granted && waitingBytes + storingBytes < WAITING_BYTES) {
            granted = false;
            ahead.give(GRANT);
        }
    }
}
