package org.agentos.federation.eventlog.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Replaced;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Source;
import org.agentos.federation.eventlog.Verdict;

/**
 * What the log is asked to store: each call queues a request for the writing thread, and its stage completes on the log's own
 * thread once the answer is true on disk. It fails at once with {@code storage_unavailable} when the log is halted, and with
 * {@code unavailable} when it is closed or too much is queued; then nothing has changed. For any thread.
 */
final class LogRequests {
    private final RequestQueue queue;
    private final LogHealth health;
    private final LogIdentity identity;

    LogRequests(RequestQueue queue, LogHealth health, LogIdentity identity) {
        this.queue = queue;
        this.health = health;
        this.identity = identity;
    }

    /** See {@link EventLog#append}; {@code storage_unavailable} also while the disk is short of room. */
    CompletionStage<List<Verdict>> append(Source source, List<IncomingEvent> events) {
        if (events.isEmpty()) {
            return CompletableFuture.completedStage(List.of());
        }
        Optional<String> problem = health.problem();
        if (problem.isPresent()) {
            return CompletableFuture.failedStage(LogHealth.storageUnavailable(problem.get()));
        }
        try {
            AppendRequest request = AppendRequest.of(source, events, identity);
            return enqueue(request, request.answer());
        } catch (IllegalArgumentException unusable) {
            return CompletableFuture.failedStage(unusable);
        }
    }

    /** See {@link EventLog#delete}. */
    CompletionStage<Void> delete(RunKey run) {
        try {
            KeyCodec.run(run);
        } catch (IllegalArgumentException unusable) {
            return CompletableFuture.failedStage(unusable);
        }
        return change(List.of(new LogChange.Delete(run, Optional.empty()))).thenApply(made -> null);
    }

    /** See {@link EventLog#hold}. */
    CompletionStage<Optional<Replaced>> hold(RunKey run, String holder) {
        try {
            KeyCodec.run(run);
        } catch (IllegalArgumentException unusable) {
            return CompletableFuture.failedStage(unusable);
        }
        HoldRequest request = new HoldRequest(run, holder);
        return unlessHalted(request, request.answer());
    }

    /** Makes changes that hold by then, and tells how many they were. Takes less room than it frees. */
    CompletionStage<Integer> change(List<LogChange> changes) {
        ChangeRequest request = new ChangeRequest(changes);
        return unlessHalted(request, request.made());
    }

    /** Notes something beside the runs. */
    CompletionStage<Void> note(List<NoteRequest.Note> notes) {
        NoteRequest request = new NoteRequest(notes);
        return unlessHalted(request, request.noted());
    }

    private <T> CompletionStage<T> unlessHalted(LogRequest request, CompletableFuture<T> answer) {
        return health.isHalted()
                ? CompletableFuture.failedStage(
                        LogHealth.storageUnavailable(health.problem().orElseThrow()))
                : enqueue(request, answer);
    }

    private <T> CompletionStage<T> enqueue(LogRequest request, CompletableFuture<T> answer) {
        return switch (queue.offer(request)) {
            case TAKEN -> answer.minimalCompletionStage();
            case FULL -> CompletableFuture.failedStage(unavailable("too many events wait to be stored"));
            case CLOSED -> CompletableFuture.failedStage(unavailable("the event log is closed"));
        };
    }

    private static FederationException unavailable(String message) {
        return new FederationException(ErrorCode.UNAVAILABLE, message).retryAfter(Duration.ofSeconds(1));
    }
}
