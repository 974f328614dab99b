package org.agentos.federation.mirror;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.MemoryEventLog;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Source;
import org.agentos.federation.eventlog.Verdict;

/** The event log in memory, as mirrors see it, and what tests ask it. */
final class MemoryLog implements MirrorSink {
    private final MemoryEventLog log = new MemoryEventLog(100);
    private final EnvelopeReader reader = new JsonEnvelopeReader(1 << 20);

    CompletionStage<List<Verdict>> take(MirroredRun run, List<IncomingEvent> events) {
        return take(run, events, Runnable::run);
    }

    @Override
    public CompletionStage<List<Verdict>> take(MirroredRun run, List<IncomingEvent> events, Executor loop) {
        return log.append(new Source(Origin.MIRRORED, Optional.of(run.peer().stackId())), events);
    }

    CompletionStage<LogHead> head(RunKey run) {
        return LogHead.lookup(log, Runnable::run).apply(run);
    }

    List<Long> sequences(RunKey run) {
        return events(run).stream().map(IncomingEvent::sequence).toList();
    }

    List<String> ids(RunKey run) {
        return events(run).stream().map(IncomingEvent::eventId).toList();
    }

    List<String> envelopes(RunKey run) {
        return log.read(run, Position.START, Integer.MAX_VALUE, Integer.MAX_VALUE).events().stream()
                .map(event -> new String(event.envelope().copy(), StandardCharsets.UTF_8))
                .toList();
    }

    private List<IncomingEvent> events(RunKey run) {
        return envelopes(run).stream()
                .map(envelope -> reader.read(run, envelope.getBytes(StandardCharsets.UTF_8)))
                .map(reading -> ((EnvelopeReader.Reading.Usable) reading).event())
                .toList();
    }
}
