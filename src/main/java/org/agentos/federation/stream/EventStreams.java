package org.agentos.federation.stream;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import java.util.random.RandomGenerator;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.CursorCodec;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;
import org.agentos.federation.settings.StreamSettings;

/**
 * Opens readers on the events of runs: out of the log from any position, then live. All of them, streams and waiting
 * pages, are counted against the caps and can be ended here. Thread-safe.
 */
public final class EventStreams implements AutoCloseable {
    /** Envelopes read at once: about one record of the log. */
    private static final int MAX_SLICE_BYTES = 256 << 10;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final EventLog log;
    private final RunDirectory directory;
    private final CursorCodec codec;
    private final Executor executor;
    private final PatientExecutor patient;
    private final ScheduledExecutorService scheduler;
    private final RandomGenerator random;
    private final Consumer<String> ended;
    private final int heldBytes;
    private final Ticks ticks;
    private final BufferBudget budget;
    private final StreamSlots slots;
    private final LiveRuns live;
    private final LiveFrames ready = new LiveFrames();
    private final OpenReaders readers;

    /**
     * Lets time pass for readers at once.
     *
     * @param executor bounded, reads from the disk; every reader has at most one task in it
     * @param scheduler shared; its tasks here are short
     * @param clock tells when callers' proofs run out
     * @param random thread-safe
     * @param ended told how each stream went: a reason of {@code agentos.end}, or a word for an end without a frame
     */
    public EventStreams(
            EventLog log,
            RunDirectory directory,
            CursorCodec codec,
            StreamSettings settings,
            Executor executor,
            ScheduledExecutorService scheduler,
            InstantSource clock,
            RandomGenerator random,
            Consumer<String> ended) {
        this.log = log;
        this.directory = directory;
        this.codec = codec;
        this.executor = executor;
        this.patient = new PatientExecutor(executor, scheduler);
        this.scheduler = scheduler;
        this.random = random;
        this.ended = ended;
        this.heldBytes = settings.bufferBytes() / 2;
        this.ticks = Ticks.of(settings);
        this.budget = new BufferBudget(settings.bufferBytesInAll());
        this.slots = new StreamSlots(settings.maxStreams(), settings.maxStreamsPerTenant());
        this.live = new LiveRuns(log, patient);
        this.readers = new OpenReaders(budget, clock, scheduler, ticks);
    }

    /**
     * Decides what a request gets, before the first byte of a body. The stage completes on the executor.
     *
     * @param validUntil when the proof of who asks runs out: the reader is ended then
     * @throws FederationException in the stage: {@code not_found}, {@code invalid_cursor}, {@code cursor_expired},
     *     {@code quota_exceeded}, {@code unavailable}
     */
    public CompletionStage<Answer> open(RunKey run, StreamRequest request, Optional<Instant> validUntil) {
        return open(run, request, validUntil, (reason, events) -> {}, () -> {});
    }

    /**
     * As {@link #open(RunKey, StreamRequest, Optional)}.
     *
     * @param closed told once how a stream went, as the word for it and the events sent; a page tells nothing
     * @param waits run when a page begins to wait; it is counted among the open streams from then on
     */
    public CompletionStage<Answer> open(
            RunKey run,
            StreamRequest request,
            Optional<Instant> validUntil,
            ObjLongConsumer<String> closed,
            Runnable waits) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        try {
            executor.execute(() -> settle(answer, run, request, validUntil, closed, waits));
        } catch (RejectedExecutionException full) {
            answer.completeExceptionally(unavailable("too many event streams are being opened"));
        }
        return answer;
    }

    /** Ends all readers of a run whose end only its peer's status tells; the log stays open for later events. */
    public void endRun(RunKey run, EndReason reason) {
        live.end(run, reason);
    }

    /**
     * Ends all readers, each at the place it has reached; new ones are refused from now on.
     *
     * @param over the time over which the ends are spread; zero = all at once
     */
    public void endAll(EndReason reason, Duration over) {
        readers.endAll(reason, over);
    }

    /** Streams and waiting pages open now. */
    public int openReaders() {
        return slots.taken();
    }

    /** Bytes held for clients that have not taken them. */
    public long heldBytes() {
        return budget.held();
    }

    /** Stops time for readers. They are ended by {@link #endAll}. */
    @Override
    public void close() {
        readers.close();
    }

    private void settle(
            CompletableFuture<Answer> answer,
            RunKey run,
            StreamRequest request,
            Optional<Instant> validUntil,
            ObjLongConsumer<String> closed,
            Runnable waits) {
        try {
            Optional<RunLog> state = log.find(run);
            RunReader reader = RunReader.of(log, run, state, codec, Math.min(heldBytes, MAX_SLICE_BYTES));
            StartPoint start = start(reader, state, request);
            if (request.form() == Form.JSON_PAGE) {
                page(reader, request, start, new Lifetime(Long.MAX_VALUE, validUntil), waits, answer);
            } else if (isOver(request, start)) {
                answer.complete(new Answer.NoContent());
            } else {
                answer.complete(
                        stream(reader, request, start, new Lifetime(ticks.drawLifetime(random), validUntil), closed));
            }
        } catch (RuntimeException | Error failure) { // the request waits for nothing else
            answer.completeExceptionally(failure);
        }
    }

    private StartPoint start(RunReader reader, Optional<RunLog> state, StreamRequest request) {
        if (readers.closed().isPresent()) {
            throw unavailable("event streams are being ended");
        }
        if (state.filter(RunLog::deleted).isPresent()) {
            throw new FederationException(ErrorCode.CURSOR_EXPIRED, "the run was deleted").detail("reason", "deleted");
        }
        if (state.isEmpty() && !directory.knows(reader.run())) {
            throw new FederationException(ErrorCode.NOT_FOUND, "there is no such run");
        }
        return new StartFinder(reader, request.continueOnGap(), state).find(request.start());
    }

    /** A gap is told first, also of a run that is over: the reconnect after it then finds nothing more. */
    private static boolean isOver(StreamRequest request, StartPoint start) {
        return request.form() == Form.SSE
                && request.follow()
                && request.start().resumes()
                && start.gap().isEmpty()
                && start.endReached().isPresent();
    }

    private Answer stream(
            RunReader reader,
            StreamRequest request,
            StartPoint start,
            Lifetime lifetime,
            ObjLongConsumer<String> closed) {
        StreamFormat format = request.form() == Form.SSE
                ? new SseFormat(reader.cursors(), random)
                : new NdjsonFormat(reader.cursors());
        RunFrames frames = new RunFrames(reader, format, request.types(), live, ready);
        Optional<Position> closeAt = request.follow()
                ? Optional.empty()
                : Optional.of(start.state().map(RunLog::latest).orElse(Position.START));
        StreamContent content = new StreamContent(frames, format, reader.cursors(), start, closeAt);
        Delivery delivery = new Delivery(heldBytes, budget, ticks);
        StreamTime time = new StreamTime(ticks, lifetime, delivery);
        EventStream stream = enter(
                reader,
                leave -> new EventStream(content, delivery, time, patient, leaving -> {
                    leave.accept(leaving);
                    ended.accept(leaving.outcome());
                    closed.accept(leaving.outcome(), leaving.events());
                }));
        return new Answer.Stream(request.form().mediaType(), stream);
    }

    private void page(
            RunReader reader,
            StreamRequest request,
            StartPoint start,
            Lifetime lifetime,
            Runnable waits,
            CompletableFuture<Answer> answer) {
        PageDraft draft = new PageDraft(reader, request, start);
        draft.readOn();
        if (request.patience().isZero() || draft.hasNews()) {
            answer.complete(new Answer.Page(draft.json()));
            return;
        }
        LongPoll poll = enter(reader, leave -> new LongPoll(draft, lifetime, answer, patient, leave));
        waits.run();
        poll.begin(scheduler.schedule(poll::stopWaiting, request.patience().toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Makes a reader that is counted, hears of its run, and gives all that back when it leaves. */
    private <R extends OpenReader> R enter(RunReader log, Function<Consumer<OpenReader>, R> make) {
        RunKey run = log.run();
        StreamSlots.Slot slot = slots.take(run.tenantId());
        RunDirectory.Interest interest = reading(run, slot);
        Consumer<OpenReader> leave = leaving -> {
            readers.remove(leaving);
            live.leave(run, leaving);
            interest.close();
            slot.close();
        };
        R reader = make.apply(leave);
        try {
            live.join(log, reader);
            readers.add(reader);
            endWhenGone(log, reader);
            return reader;
        } catch (RuntimeException failure) {
            leave.accept(reader);
            throw failure;
        }
    }

    private RunDirectory.Interest reading(RunKey run, StreamSlots.Slot slot) {
        try {
            return directory.reading(run);
        } catch (RuntimeException failure) {
            slot.close();
            throw failure;
        }
    }

    /** Looked at after the reader hears of its run, so that no deletion or other log slips between. */
    private static void endWhenGone(RunReader log, OpenReader reader) {
        if (log.isReplaced() || log.state().filter(RunLog::deleted).isPresent()) {
            reader.end(EndReason.LOG_REPLACED);
        }
    }

    private static FederationException unavailable(String message) {
        return new FederationException(ErrorCode.UNAVAILABLE, message).retryAfter(RETRY_AFTER);
    }
}
