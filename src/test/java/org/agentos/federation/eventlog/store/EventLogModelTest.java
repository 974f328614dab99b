package org.agentos.federation.eventlog.store;

import static org.agentos.federation.eventlog.store.EventLogs.append;
import static org.agentos.federation.eventlog.store.EventLogs.event;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.Replaced;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.StoredEvent;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.eventlog.Verdict.Reason;
import org.agentos.federation.eventlog.Verdict.Status;
import org.agentos.federation.settings.RetentionSettings;
import org.agentos.federation.settings.RetentionWindow;

/** Random batches and reopens against the rule written down as plainly as it can be. */
class EventLogModelTest {
    private static final RunKey[] RUNS = {
        new RunKey("t1", "r"), new RunKey("t2", "r"), new RunKey("t1", "s"), new RunKey("t1r", "")
    };

    private static final int KEPT = 3;

    /** What happens before a batch is appended; a crash leaves the files as they are after the last answer. */
    enum Before {
        NOTHING,
        REOPEN,
        CRASH,
        RETENTION,
        DELETION,
        HOLD
    }

    /** A step: append a batch, after something else. */
    record Step(Before before, RunKey run, Origin origin, List<IncomingEvent> batch) {}

    @Property // tries: -Djqwik.tries.default
    void shouldBehaveAsTheModel(@ForAll("steps") List<Step> steps) throws Exception {
        Path parent = Files.createTempDirectory("event-log-model");
        Path directory = parent.resolve("0");
        RocksEventLog log = open(directory);
        try {
            Map<RunKey, Model> models = new HashMap<>();
            for (Step step : steps) {
                if (step.before() == Before.CRASH) {
                    directory = copy(directory);
                }
                if (step.before() == Before.CRASH || step.before() == Before.REOPEN) {
                    log.close();
                    log = open(directory);
                    models.values().forEach(Model::forgetMemory);
                }
                if (step.before() == Before.RETENTION) {
                    retain(log, models);
                }
                if (step.before() == Before.DELETION) {
                    log.delete(step.run()).toCompletableFuture().get(20, TimeUnit.SECONDS);
                    models.computeIfAbsent(step.run(), run -> new Model()).delete();
                }
                if (step.before() == Before.HOLD) {
                    String peer = "stk_" + step.batch().size() % 2;
                    Model model = models.computeIfAbsent(step.run(), run -> new Model());
                    assertThat(log.hold(step.run(), peer).toCompletableFuture().get(20, TimeUnit.SECONDS))
                            .isEqualTo(model.hold(peer));
                }
                List<Verdict> expected = step.batch().stream()
                        .map(e -> models.computeIfAbsent(e.run(), run -> new Model())
                                .decide(e, step.origin()))
                        .toList();
                assertThat(append(log, step.origin(), step.batch())).isEqualTo(expected);
            }
            assertSame(log, models);
            log.close();
            for (Map.Entry<RunKey, Model> run : models.entrySet()) {
                assertThat(EventLogs.setAside(directory, run.getKey())).isEqualTo(run.getValue().aside);
            }
        } finally {
            log.close();
            MoreFiles.deleteRecursively(parent, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private static RocksEventLog open(Path directory) {
        return EventLogs.open(EventLogs.settings(directory, 10_000, 3_000, false));
    }

    /** The files as a killed process leaves them: all that was acknowledged is in them, nothing was closed. */
    private static Path copy(Path directory) throws Exception {
        Path copy = directory.resolveSibling(
                Integer.toString(Integer.parseInt(directory.getFileName().toString()) + 1));
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(path -> !isOfProcess(directory.relativize(path)))
                    .toList()) {
                Files.copy(file, copy.resolve(directory.relativize(file)));
            }
        }
        return copy;
    }

    /** The native library belongs to the process that has unpacked it, and goes with it. */
    private static boolean isOfProcess(Path inLog) {
        return inLog.startsWith("native");
    }

    private static void retain(RocksEventLog log, Map<RunKey, Model> models) throws Exception {
        RetentionSettings settings = new RetentionSettings(
                new RetentionWindow(Duration.ofDays(1), 0, KEPT),
                Map.of(),
                Duration.ofDays(1),
                Duration.ofDays(1),
                Duration.ofDays(1));
        log.retention(settings, InstantSource.system()).pass();
        models.forEach((run, model) -> {
            if (!model.deleted && !model.events.isEmpty()) {
                Position earliest = log.find(run).orElseThrow().earliest();
                int trimmed = model.positions.indexOf(earliest) + 1;
                assertThat(trimmed).isGreaterThanOrEqualTo(model.trimmed);
                assertThat(model.events.size() - trimmed)
                        .isGreaterThanOrEqualTo(Math.min(KEPT, model.events.size() - model.trimmed));
                model.trimmed = trimmed;
            }
        });
    }

    private static void assertSame(EventLog log, Map<RunKey, Model> models) {
        models.forEach((run, model) -> {
            List<StoredEvent> stored = EventLogs.everything(log, run);
            if (model.deleted) {
                assertThat(log.find(run).orElseThrow().deleted()).isTrue();
                assertThat(log.find(run).orElseThrow().latest()).isEqualTo(model.last);
                assertThat(stored).isEmpty();
                return;
            }
            List<String> texts =
                    model.events.stream().map(e -> e.envelope().toString()).toList();
            int all = texts.size();
            assertThat(EventLogs.texts(stored)).isEqualTo(texts.subList(model.trimmed, all));
            assertThat(stored.stream().map(StoredEvent::position))
                    .isEqualTo(model.positions.subList(model.trimmed, all));
            for (int i = 0; i < all; i++) {
                Position after = model.positions.get(i);
                int from = Math.max(i + 1, model.trimmed);
                List<StoredEvent> rest = log.read(run, after, 3, 100_000).events();
                assertThat(EventLogs.texts(rest)).isEqualTo(texts.subList(from, Math.min(from + 3, all)));
                List<String> live = texts.subList(i + 1, all);
                log.tail(run, after).ifPresent(tail -> assertThat(EventLogs.texts(tail.events()))
                        .isEqualTo(live));
            }
        });
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<IncomingEvent> events = Combinators.combine(
                        Arbitraries.of(RUNS),
                        Arbitraries.integers().between(0, 30),
                        Arbitraries.integers().between(0, 12),
                        Arbitraries.frequency(Tuple.of(60, "agentos.step"), Tuple.of(1, "agentos.run.completed")),
                        Arbitraries.frequency(Tuple.of(9, 1), Tuple.of(1, 2)))
                .as((run, id, sequence, type, payload) ->
                        event(run, "e" + id, sequence, type, "\"payload\":" + payload));
        Arbitrary<Step> step = Combinators.combine(
                        Arbitraries.frequency(
                                Tuple.of(24, Before.NOTHING),
                                Tuple.of(4, Before.REOPEN),
                                Tuple.of(2, Before.CRASH),
                                Tuple.of(8, Before.RETENTION),
                                Tuple.of(1, Before.DELETION),
                                Tuple.of(4, Before.HOLD)),
                        Arbitraries.of(RUNS),
                        Arbitraries.of(Origin.class),
                        events.list().ofMinSize(1).ofMaxSize(12))
                .as(Step::new);
        return step.list().ofMaxSize(14);
    }

    /** One run, in memory, by lists. */
    private static final class Model {
        private final List<IncomingEvent> events = new ArrayList<>();
        private final List<Position> positions = new ArrayList<>();
        private final List<IncomingEvent> mirrored = new ArrayList<>();
        private Position last = Position.START;
        private boolean sealed;
        private boolean deleted;
        private int trimmed;
        /** Whether the log has a row of the run. */
        private boolean known;

        private Optional<String> holder = Optional.empty();
        private final List<List<String>> aside = new ArrayList<>();

        Verdict decide(IncomingEvent event, Origin origin) {
            if (deleted) {
                return new Verdict(Status.LATE, Reason.DELETED, Cursor.START);
            }
            for (int i = 0; i < events.size(); i++) {
                IncomingEvent stored = events.get(i);
                if (stored.eventId().equals(event.eventId())) {
                    return known(stored, i, event, origin);
                }
            }
            return unknown(event, origin);
        }

        private Verdict known(IncomingEvent stored, int index, IncomingEvent event, Origin origin) {
            Position position = positions.get(index);
            if (index >= trimmed && !stored.envelope().equals(event.envelope())) {
                return new Verdict(Status.CONFLICT, Reason.OTHER_CONTENT, Cursor.at(last));
            }
            boolean firstPush = origin == Origin.PUSHED && mirrored.remove(stored);
            return firstPush
                    ? new Verdict(Status.ACCEPTED, Reason.ALREADY_MIRRORED, Cursor.at(position))
                    : new Verdict(Status.DUPLICATE, Reason.NONE, Cursor.at(position));
        }

        private Verdict unknown(IncomingEvent event, Origin origin) {
            long sequence = event.sequence();
            if (sequence > 0 && events.stream().anyMatch(e -> e.sequence() == sequence)) {
                return new Verdict(Status.CONFLICT, Reason.OTHER_EVENT_ID, Cursor.at(last));
            }
            if (sealed) {
                return new Verdict(Status.LATE, Reason.SEALED, Cursor.at(last));
            }
            if (sequence > 0 && sequence <= last.sequence()) {
                return new Verdict(Status.LATE, Reason.SEQUENCE, Cursor.at(last));
            }
            known = true;
            last = last.next(sequence);
            events.add(event);
            positions.add(last);
            sealed = event.type().equals("agentos.run.completed");
            if (origin == Origin.MIRRORED) {
                mirrored.add(event);
            }
            return new Verdict(Status.ACCEPTED, Reason.NONE, Cursor.at(last));
        }

        void delete() {
            known = true;
            deleted = true;
            aside.clear();
        }

        /** By two peers in turn: what one of them, or nobody, held is set aside. */
        Optional<Replaced> hold(String peer) {
            Optional<String> before = holder;
            holder = Optional.of(peer);
            if (!known || before.equals(holder)) {
                return Optional.empty();
            }
            List<String> kept = deleted
                    ? List.of()
                    : events.subList(trimmed, events.size()).stream()
                            .map(event -> event.envelope().toString())
                            .toList();
            if (!deleted) {
                aside.add(kept);
            }
            events.clear();
            positions.clear();
            mirrored.clear();
            last = Position.START;
            sealed = false;
            deleted = false;
            trimmed = 0;
            return Optional.of(new Replaced(before, kept.size()));
        }

        void forgetMemory() {
            mirrored.clear();
            holder = known ? holder : Optional.empty();
        }
    }
}
