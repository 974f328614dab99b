package org.agentos.federation.eventlog;

import static org.agentos.federation.eventlog.EventLogs.append;
import static org.agentos.federation.eventlog.EventLogs.event;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.agentos.federation.eventlog.Verdict.Reason;
import org.agentos.federation.eventlog.Verdict.Status;

/** Random batches and reopens against the rule written down as plainly as it can be. */
class EventLogModelTest {
    private static final RunKey[] RUNS = {
        new RunKey("t1", "r"), new RunKey("t2", "r"), new RunKey("t1", "s"), new RunKey("t1r", "")
    };

    /** A step: append a batch, or reopen before it. */
    record Step(boolean reopen, Origin origin, List<IncomingEvent> batch) {}

    @Property(tries = 12)
    void shouldBehaveAsTheModel(@ForAll("steps") List<Step> steps) throws Exception {
        Path directory = Files.createTempDirectory("event-log-model");
        RocksEventLog log = open(directory);
        try {
            Map<RunKey, Model> models = new HashMap<>();
            for (Step step : steps) {
                if (step.reopen()) {
                    log.close();
                    log = open(directory);
                    models.values().forEach(Model::forgetMirrored);
                }
                List<Verdict> expected = step.batch().stream()
                        .map(e -> models.computeIfAbsent(e.run(), run -> new Model())
                                .decide(e, step.origin()))
                        .toList();
                assertThat(append(log, step.origin(), step.batch())).isEqualTo(expected);
            }
            assertSame(log, models);
        } finally {
            log.close();
            MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private static RocksEventLog open(Path directory) {
        return EventLogs.open(EventLogs.settings(directory, 10_000, 3_000, false));
    }

    private static void assertSame(EventLog log, Map<RunKey, Model> models) {
        models.forEach((run, model) -> {
            List<StoredEvent> stored = EventLogs.everything(log, run);
            assertThat(EventLogs.texts(stored))
                    .isEqualTo(model.events.stream()
                            .map(e -> e.envelope().toString())
                            .toList());
            assertThat(stored.stream().map(StoredEvent::position)).isEqualTo(model.positions);
            for (Position after : model.positions) {
                List<StoredEvent> rest = log.read(run, after, 3, 100_000).events();
                int from = model.positions.indexOf(after) + 1;
                assertThat(rest).isEqualTo(stored.subList(from, Math.min(from + 3, stored.size())));
                log.tail(run, after)
                        .ifPresent(tail -> assertThat(tail.events()).isEqualTo(stored.subList(from, stored.size())));
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
                        Arbitraries.frequency(Tuple.of(6, false), Tuple.of(1, true)),
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

        Verdict decide(IncomingEvent event, Origin origin) {
            for (int i = 0; i < events.size(); i++) {
                IncomingEvent stored = events.get(i);
                if (stored.eventId().equals(event.eventId())) {
                    return known(stored, positions.get(i), event, origin);
                }
            }
            return unknown(event, origin);
        }

        private Verdict known(IncomingEvent stored, Position position, IncomingEvent event, Origin origin) {
            if (!stored.envelope().equals(event.envelope())) {
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
            last = last.next(sequence);
            events.add(event);
            positions.add(last);
            sealed = event.type().equals("agentos.run.completed");
            if (origin == Origin.MIRRORED) {
                mirrored.add(event);
            }
            return new Verdict(Status.ACCEPTED, Reason.NONE, Cursor.at(last));
        }

        void forgetMirrored() {
            mirrored.clear();
        }
    }
}
