package org.agentos.federation.mirror;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.eventlog.Verdict.Reason;
import org.agentos.federation.eventlog.Verdict.Status;

/** The log's rules on a list per run. */
final class MemoryLog implements MirrorSink {
    private final Map<RunKey, List<IncomingEvent>> runs = new HashMap<>();

    @Override
    public synchronized CompletionStage<List<Verdict>> take(MirroredRun run, List<IncomingEvent> events) {
        return CompletableFuture.completedFuture(
                events.stream().map(this::append).toList());
    }

    synchronized CompletionStage<LogHead> head(RunKey run) {
        List<IncomingEvent> log = log(run);
        Optional<RunEnd> end = log.stream()
                .flatMap(event -> RunEnd.ofEventType(event.type()).stream())
                .findFirst();
        return CompletableFuture.completedFuture(new LogHead(last(log), end, false));
    }

    synchronized List<Long> sequences(RunKey run) {
        return log(run).stream().map(IncomingEvent::sequence).toList();
    }

    synchronized List<String> ids(RunKey run) {
        return log(run).stream().map(IncomingEvent::eventId).toList();
    }

    synchronized List<String> envelopes(RunKey run) {
        return log(run).stream()
                .map(event -> new String(event.envelope().copy(), StandardCharsets.UTF_8))
                .toList();
    }

    private Verdict append(IncomingEvent event) {
        List<IncomingEvent> log = log(event.run());
        if (log.stream().anyMatch(stored -> stored.eventId().equals(event.eventId()))) {
            return verdict(Status.DUPLICATE, Reason.NONE);
        }
        if (log.stream().anyMatch(stored -> RunEnd.ofEventType(stored.type()).isPresent())) {
            return verdict(Status.LATE, Reason.SEALED);
        }
        if (event.sequence() > 0 && event.sequence() <= last(log)) {
            boolean taken = log.stream().anyMatch(stored -> stored.sequence() == event.sequence());
            return taken ? verdict(Status.CONFLICT, Reason.OTHER_EVENT_ID) : verdict(Status.LATE, Reason.SEQUENCE);
        }
        log.add(event);
        return verdict(Status.ACCEPTED, Reason.NONE);
    }

    private static Verdict verdict(Status status, Reason reason) {
        return new Verdict(status, reason, Cursor.START);
    }

    private List<IncomingEvent> log(RunKey run) {
        return runs.computeIfAbsent(run, none -> new ArrayList<>());
    }

    private static long last(List<IncomingEvent> log) {
        return log.stream().mapToLong(IncomingEvent::sequence).max().orElse(0);
    }
}
