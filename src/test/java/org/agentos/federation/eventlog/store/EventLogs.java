package org.agentos.federation.eventlog.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;
import org.agentos.federation.eventlog.Source;
import org.agentos.federation.eventlog.StoredEvent;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.settings.EventLogSettings;

/** What the tests of the event log have in common: small logs and small events. */
final class EventLogs {
    static final RunKey RUN = new RunKey("tnt_a", "run_1");
    static final RunKey OTHER_RUN = new RunKey("tnt_a", "run_2");

    private EventLogs() {}

    static EventLogSettings settings(Path directory) {
        return settings(directory, 100_000, 1 << 20, false);
    }

    static EventLogSettings acceptingLoss(Path directory) {
        return settings(directory, 100_000, 1 << 20, true);
    }

    static EventLogSettings settings(Path directory, int dedupeEntries, long tailBytes, boolean acceptLoss) {
        return new EventLogSettings(directory, 8 << 20, dedupeEntries, tailBytes, 16 << 20, 16 << 20, acceptLoss);
    }

    static RocksEventLog open(Path directory) {
        return open(settings(directory));
    }

    static RocksEventLog open(EventLogSettings settings) {
        return RocksEventLog.open(settings, InstantSource.system(), new SecureRandom());
    }

    static RocksEventLog open(Path directory, UnaryOperator<GroupStore> faults) {
        return RocksEventLog.open(settings(directory), InstantSource.system(), new SecureRandom(), faults);
    }

    static IncomingEvent event(String id, long sequence) {
        return event(RUN, id, sequence);
    }

    static IncomingEvent event(RunKey run, String id, long sequence) {
        return event(run, id, sequence, "agentos.step", "\"payload\":1");
    }

    static IncomingEvent event(RunKey run, String id, long sequence, String type, String member) {
        String json = "{\"event\":{\"event_id\":\"" + id + "\",\"sequence\":" + sequence + "," + member + "}}";
        return new IncomingEvent(run, id, sequence, type, slice(json));
    }

    static IncomingEvent completed(String id, long sequence) {
        return event(RUN, id, sequence, "agentos.run.completed", "\"payload\":1");
    }

    static ByteSlice slice(String text) {
        return ByteSlice.of(text.getBytes(StandardCharsets.UTF_8));
    }

    static List<Verdict> push(EventLog log, IncomingEvent... events) throws Exception {
        return append(log, Origin.PUSHED, Arrays.asList(events));
    }

    static List<Verdict> append(EventLog log, Origin origin, List<IncomingEvent> events) throws Exception {
        return plain(log.append(from(origin), events).toCompletableFuture().get(20, TimeUnit.SECONDS));
    }

    /** A source that makes nobody the holder of a run. */
    static Source from(Origin origin) {
        return new Source(origin, Optional.empty());
    }

    /** Verdicts whose cursors name no event, so that they can be told beforehand. */
    static List<Verdict> plain(List<Verdict> verdicts) {
        return verdicts.stream()
                .map(verdict -> new Verdict(verdict.status(), verdict.reason(), Cursor.at(verdict.position())))
                .toList();
    }

    static List<StoredEvent> everything(EventLog log, RunKey run) {
        return log.read(run, Position.START, Integer.MAX_VALUE, Integer.MAX_VALUE)
                .events();
    }

    /** The envelopes of each log of a run that was set aside, read off the files of a closed log. */
    static List<List<String>> setAside(Path directory, RunKey run) throws Exception {
        List<List<String>> logs = new ArrayList<>();
        NativeLibrary.load(LogDirectory.databaseIn(directory).resolveSibling("native"));
        try (LogStore store = LogStore.open(LogDirectory.databaseIn(directory), 8 << 20)) {
            LogReader reader = new LogReader(store);
            for (AsideLog aside : reader.aside(run)) {
                RunLog all = aside.row().emptyLog(run, new Position(Long.MAX_VALUE, 0));
                logs.add(texts(reader.read(all, Position.START, Integer.MAX_VALUE, Integer.MAX_VALUE)
                        .events()));
            }
        }
        return logs;
    }

    static List<String> texts(List<StoredEvent> events) {
        List<String> texts = new ArrayList<>();
        events.forEach(event -> texts.add(event.envelope().toString()));
        return texts;
    }

    static Verdict accepted(long sequence, int unsequenced) {
        return new Verdict(
                Verdict.Status.ACCEPTED, Verdict.Reason.NONE, Cursor.at(new Position(sequence, unsequenced)));
    }

    static Verdict verdict(Verdict.Status status, Verdict.Reason reason, long sequence, int unsequenced) {
        return new Verdict(status, reason, Cursor.at(new Position(sequence, unsequenced)));
    }
}
