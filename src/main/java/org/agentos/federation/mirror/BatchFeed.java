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
 * the next one. Used on one event loop.
 */
final class BatchFeed {
    /** Of one batch. */
    private static final int MAX_EVENTS = 256;

    /** Events that wait; from there on the peer is not read any further. */
    private static final int MAX_WAITING_EVENTS = 256;

    private static final int MAX_WAITING_BYTES = 256 * 1024;

    private final MirroredRun run;
    private final MirrorSink sink;
    private final Executor loop;
    private final BiConsumer<List<IncomingEvent>, List<Verdict>> stored;
    private final Consumer<Throwable> failed;
    private final Deque<IncomingEvent> waiting = new ArrayDeque<>(4);
    private int waitingBytes;
    private boolean storing;

    BatchFeed(
            MirroredRun run,
            MirrorSink sink,
            Executor loop,
            BiConsumer<List<IncomingEvent>, List<Verdict>> stored,
            Consumer<Throwable> failed) {
        this.run = run;
        this.sink = sink;
        this.loop = loop;
        this.stored = stored;
        this.failed = failed;
    }

    void add(IncomingEvent event) {
        waiting.add(event);
        waitingBytes += event.envelope().length();
    }

    boolean full() {
        return waiting.size() >= MAX_WAITING_EVENTS || waitingBytes >= MAX_WAITING_BYTES;
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
            return sink.take(run, batch);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private List<IncomingEvent> nextBatch() {
        List<IncomingEvent> batch = new ArrayList<>(Math.min(waiting.size(), MAX_EVENTS));
        while (!waiting.isEmpty() && batch.size() < MAX_EVENTS) {
            IncomingEvent event = waiting.poll();
            waitingBytes -= event.envelope().length();
            batch.add(event);
        }
        return batch;
    }

    private void settle(List<IncomingEvent> batch, List<Verdict> verdicts, Throwable failure) {
        storing = false;
        if (failure != null || verdicts.size() != batch.size()) {
            drop();
            failed.accept(failure);
        } else {
            flush();
            stored.accept(batch, verdicts);
        }
    }

    /** Forgets what waits: the peer will be asked for it again. */
    void drop() {
        waiting.clear();
        waitingBytes = 0;
    }
}
