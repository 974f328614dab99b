package org.agentos.federation.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.CursorCodec;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.Verdict;

/**
 * Whatever earlier state of the data comes back, by {@code restore} or behind the gateway's back, every cursor ever given
 * is either refused or goes on right after an event that its reader has seen: nothing is skipped in silence.
 */
class RestorePointsPropertyTest {
    private static final Pattern ID = Pattern.compile("id: (\\S+)\n");
    private static final Pattern EVENT = Pattern.compile("\"event_id\":\"(\\w+)\"");

    /** One thing that happens to the data; the number chooses among what there is. */
    private record Act(Kind kind, int number) {}

    private enum Kind {
        /** Stores an event that was never sent before; its sequence is higher by the number, 0 = unsequenced. */
        STORE,
        /** Stores what was sent once and may be lost since: a producer's retry. */
        SEND_AGAIN,
        /** Copies the closed log's files, as a snapshot of the machine does. */
        COPY,
        /** Puts such a copy back. */
        PUT_BACK,
        BACKUP,
        RESTORE
    }

    private record Stored(String id, long sequence, Position position) {}

    /** A cursor and what its reader saw last; null: nothing. */
    private record Given(String cursor, String seen, Position position, int epoch) {}

    private record RestorePoint(List<Stored> stored, int epoch) {}

    @Property(tries = 12)
    void shouldNeverSkipInSilence(@ForAll("histories") List<Act> history) throws Exception {
        Path directory = Files.createTempDirectory("restore-points");
        try (World world = new World(directory)) {
            for (Act act : history) {
                world.act(act);
                world.takeCursors();
                world.tryEveryCursor();
            }
        } finally {
            RestorableLog.delete(directory);
        }
    }

    /** Rounds of: store, take a restore point, store what will be lost, go back to some point, store otherwise. */
    @Provide
    Arbitrary<List<Act>> histories() {
        Arbitrary<List<Act>> stores = acts(Tuple.of(4, Kind.STORE), Tuple.of(1, Kind.SEND_AGAIN))
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
        Arbitrary<Act> point = acts(Tuple.of(3, Kind.COPY), Tuple.of(1, Kind.BACKUP));
        Arbitrary<Act> back = acts(Tuple.of(3, Kind.PUT_BACK), Tuple.of(1, Kind.RESTORE));
        Arbitrary<List<Act>> round = Combinators.combine(stores, point, stores, back, stores)
                .as((kept, taken, lost, returned, otherwise) -> Stream.of(
                                kept.stream(), Stream.of(taken), lost.stream(), Stream.of(returned), otherwise.stream())
                        .flatMap(acts -> acts)
                        .toList());
        return round.list().ofMinSize(1).ofMaxSize(3).map(rounds -> rounds.stream()
                .flatMap(List::stream)
                .toList());
    }

    private static Arbitrary<Act> acts(Tuple.Tuple2<Integer, Kind> often, Tuple.Tuple2<Integer, Kind> seldom) {
        return Combinators.combine(
                        Arbitraries.frequency(often, seldom),
                        Arbitraries.integers().between(0, 2))
                .as(Act::new);
    }

    private static final class World implements AutoCloseable {
        private final RestorableLog data;
        private final List<RestorePoint> copies = new ArrayList<>();
        private final List<RestorePoint> backups = new ArrayList<>();
        private final List<Stored> everSent = new ArrayList<>();
        private final List<Given> given = new ArrayList<>();
        private List<Stored> stored = new ArrayList<>();
        private EventStreams streams;
        private CursorCodec codec;
        private int epochs;
        private int epoch;

        private World(Path directory) {
            data = new RestorableLog(directory);
            serve();
        }

        private void serve() {
            codec = CursorCodec.of(data.log());
            streams = new EventStreams(
                    data.log(),
                    run -> true,
                    codec,
                    Gateway.settings(4, 4, 64 << 10),
                    Runnable::run,
                    new ManualScheduler(),
                    Clock.systemUTC(),
                    new Random(1),
                    reason -> {});
        }

        private void act(Act act) throws Exception {
            switch (act.kind()) {
                case STORE -> send("e" + everSent.size(), act.number() == 0 ? 0 : last().sequence() + act.number());
                case SEND_AGAIN -> {
                    if (!everSent.isEmpty()) {
                        Stored again = everSent.get(everSent.size() - 1 - act.number() % everSent.size());
                        send(again.id(), again.sequence());
                    }
                }
                case COPY -> {
                    data.copy("copy" + copies.size());
                    copies.add(new RestorePoint(List.copyOf(stored), epoch));
                }
                case PUT_BACK -> {
                    if (!copies.isEmpty()) {
                        int which = act.number() % copies.size();
                        data.putBack("copy" + which);
                        stored = new ArrayList<>(copies.get(which).stored());
                        epoch = copies.get(which).epoch();
                    }
                }
                case BACKUP -> {
                    data.backUp("backup" + backups.size());
                    backups.add(new RestorePoint(List.copyOf(stored), epoch));
                }
                case RESTORE -> {
                    if (!backups.isEmpty()) {
                        int which = act.number() % backups.size();
                        data.restore("backup" + which);
                        stored = new ArrayList<>(backups.get(which).stored());
                        epoch = ++epochs;
                    }
                }
            }
            serve();
        }

        private Position last() {
            return stored.isEmpty()
                    ? Position.START
                    : stored.get(stored.size() - 1).position();
        }

        private void send(String id, long sequence) throws Exception {
            IncomingEvent event = Gateway.event(sequence, id, "agentos.step");
            Verdict verdict = data.store(event);
            boolean isNew = stored.stream().noneMatch(known -> known.id().equals(id));
            if (verdict.status() == Verdict.Status.ACCEPTED && isNew) {
                stored.add(new Stored(id, sequence, verdict.position()));
                everSent.add(new Stored(id, sequence, verdict.position()));
            }
            keep(codec.forRun(Gateway.RUN).encode(verdict.cursor()), verdict.position());
        }

        /** Every cursor that can be had now: of each event, of each number, of the answer to a push. */
        private void takeCursors() {
            List<String> ids = idsIn(read("follow=false"));
            keep(ids.get(0), Position.START);
            for (int i = 0; i < stored.size(); i++) {
                keep(ids.get(i + 1), stored.get(i).position());
            }
            for (long number = 1; number <= last().sequence(); number++) {
                keep(idsIn(read("follow=false", "from_sequence=" + number)).get(0), new Position(number, 0));
            }
        }

        /** What its reader has seen is the last event that stands at or before the place. */
        private void keep(String cursor, Position place) {
            Stored seen = null;
            for (Stored event : stored) {
                seen = event.position().isAfter(place) ? seen : event;
            }
            given.add(
                    seen == null
                            ? new Given(cursor, null, Position.START, epoch)
                            : new Given(cursor, seen.id(), seen.position(), epoch));
        }

        private void tryEveryCursor() {
            for (Given each : given.stream().distinct().toList()) {
                int from = placeOf(each);
                if (from < 0) {
                    assertThat(refusal(each.cursor())).as("%s", each).isEqualTo(ErrorCode.CURSOR_EXPIRED);
                } else {
                    assertThat(eventsIn(read("follow=false", "cursor=" + each.cursor())))
                            .as("%s", each)
                            .isEqualTo(
                                    stored.stream().skip(from).map(Stored::id).toList());
                }
            }
        }

        /** How many of the events there are now the reader has behind it; -1 when it cannot go on. */
        private int placeOf(Given each) {
            if (each.epoch() != epoch) {
                return -1;
            }
            if (each.seen() == null) {
                return 0;
            }
            for (int i = 0; i < stored.size(); i++) {
                Stored event = stored.get(i);
                if (event.id().equals(each.seen()) && event.position().equals(each.position())) {
                    return i + 1;
                }
            }
            return -1;
        }

        private ErrorCode refusal(String cursor) {
            try {
                read("follow=false", "cursor=" + cursor);
                return null;
            } catch (CompletionException refused) {
                return ((FederationException) refused.getCause()).code();
            }
        }

        private String read(String... queryAndHeaders) {
            Client client = Client.eager();
            Answer answer = streams.open(Gateway.RUN, Gateway.request(queryAndHeaders), Optional.empty())
                    .toCompletableFuture()
                    .join();
            ((Answer.Stream) answer).body().subscribe(client);
            return client.text();
        }

        private static List<String> idsIn(String text) {
            return ID.matcher(text).results().map(id -> id.group(1)).toList();
        }

        private static List<String> eventsIn(String text) {
            return EVENT.matcher(text).results().map(id -> id.group(1)).toList();
        }

        @Override
        public void close() {
            data.log().close();
        }
    }
}
