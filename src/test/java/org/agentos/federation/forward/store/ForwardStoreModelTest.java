package org.agentos.federation.forward.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.forward.store.ForwardKeys.Claim;

/** Random forwards, full disks, crashes and restarts against the index and the journal as plain maps would have them. */
class ForwardStoreModelTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    /** So few that compactions happen between any two steps. */
    private static final int COMPACT_AFTER = 12;

    private static final int KEYS = 6;

    /** What happens to a key or to the whole store. */
    enum Move {
        BEGIN,
        BEGIN_ON_A_FULL_DISK,
        START,
        START_ON_A_FULL_DISK,
        FREE,
        LEAVE,
        EVIDENCE,
        HEAR,
        RESTART,
        CRASH,
        CRASH_IN_A_LINE
    }

    /** A move of a key. */
    record Step(Move move, int key) {}

    /** What the model knows of a key. */
    private enum Phase {
        IN_FLIGHT,
        UNKNOWN,
        SETTLED
    }

    private final Map<Integer, Phase> phases = new TreeMap<>();
    private final Map<Integer, String> states = new TreeMap<>();
    private Path directory;
    private PlainStorage disk;
    private ForwardStore store;

    @Property // tries: -Djqwik.tries.default
    void shouldKnowWhatTheModelKnows(@ForAll("steps") List<Step> steps) throws Exception {
        phases.clear();
        states.clear();
        Path parent = Files.createTempDirectory("forward-model");
        directory = Files.createDirectory(parent.resolve("0"));
        open();
        try {
            for (Step step : steps) {
                make(step);
            }
            crash(false);
            store.close();
            assertThat(names(directory)).noneMatch(name -> name.contains("corrupt"));
        } finally {
            MoreFiles.deleteRecursively(parent, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private void make(Step step) throws Exception {
        int key = step.key();
        boolean inFlight = phases.get(key) == Phase.IN_FLIGHT;
        switch (step.move()) {
            case BEGIN -> begin(key, false);
            case BEGIN_ON_A_FULL_DISK -> begin(key, true);
            case START -> start(key, inFlight, false);
            case START_ON_A_FULL_DISK -> start(key, inFlight, true);
            case FREE -> {
                if (inFlight) {
                    append(new JournalRecord.Freed(scope(key)));
                    phases.remove(key);
                }
            }
            case LEAVE -> {
                if (inFlight) {
                    store.keys().leaveUnknown(scope(key));
                    phases.put(key, Phase.UNKNOWN);
                }
            }
            case EVIDENCE -> {
                if (inFlight) {
                    append(new JournalRecord.Evidence(scope(key), NOW, 200, "no run", "{}"));
                }
            }
            case HEAR -> {
                String state = states.size() % 2 == 0 ? "running" : "completed";
                store.recordState(run(key), state, NOW).toCompletableFuture().join();
                states.computeIfPresent(key, (known, old) -> state);
            }
            case RESTART -> {
                store.close();
                reopen();
            }
            case CRASH -> crash(false);
            default -> crash(true);
        }
    }

    private void begin(int key, boolean fullDisk) {
        Claim claim = store.keys().claim(scope(key), scope(key), NOW);
        Phase phase = phases.get(key);
        assertThat(claim)
                .isInstanceOf(
                        phase == null
                                ? Claim.Fresh.class
                                : switch (phase) {
                                    case IN_FLIGHT -> Claim.Joined.class;
                                    case UNKNOWN -> Claim.Repeated.class;
                                    case SETTLED -> Claim.Replayed.class;
                                });
        if (claim instanceof Claim.Replayed replayed) {
            assertThat(replayed.run()).isEqualTo(run(key));
        }
        if (claim instanceof Claim.Fresh || claim instanceof Claim.Repeated) {
            JournalRecord intent =
                    new JournalRecord.Intent(scope(key), scope(key), "tnt_a", "stk_b", NOW, Optional.empty());
            if (!fullDisk) {
                append(intent);
                phases.put(key, Phase.IN_FLIGHT);
            } else {
                appendInVain(intent);
                store.keys().abandon(scope(key));
            }
        }
    }

    private void start(int key, boolean inFlight, boolean fullDisk) {
        JournalRecord started = new JournalRecord.Started(scope(key), scope(key), 1, entry(key));
        if (inFlight && !fullDisk) {
            append(started);
            phases.put(key, Phase.SETTLED);
            states.put(key, "queued");
        } else if (inFlight) {
            appendInVain(started);
            store.keys().leaveUnknown(scope(key));
            phases.put(key, Phase.UNKNOWN);
        }
    }

    private void append(JournalRecord record) {
        store.append(record).toCompletableFuture().join();
    }

    private void appendInVain(JournalRecord record) {
        disk.full(true);
        assertThatThrownBy(() -> append(record)).isInstanceOf(CompletionException.class);
        disk.full(false);
    }

    /** The files as a killed process leaves them; perhaps with the beginning of a line for which nobody was answered. */
    private void crash(boolean inALine) throws Exception {
        Path copy = Files.createDirectory(directory.resolveSibling(
                Integer.toString(Integer.parseInt(directory.getFileName().toString()) + 1)));
        synchronized (compactions) {
            for (String name : names(directory)) {
                Files.copy(directory.resolve(name), copy.resolve(name));
            }
        }
        store.close();
        directory = copy;
        ForwardFiles files = new ForwardFiles(snapshot(), InstantSource.system());
        List<Long> segments = files.segments();
        if (inALine && !segments.isEmpty()) {
            Files.write(
                    files.segment(segments.get(segments.size() - 1)),
                    "{\"op\":\"started\",\"sco".getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.APPEND);
        }
        reopen();
    }

    private final Object compactions = new Object();

    private void reopen() throws Exception {
        phases.replaceAll((key, phase) -> phase == Phase.IN_FLIGHT ? Phase.UNKNOWN : phase);
        open();
        assertSame();
    }

    private void open() throws Exception {
        ForwardFiles files = new ForwardFiles(snapshot(), InstantSource.system());
        disk = new PlainStorage(files);
        store = new ForwardStore(StoreSettings.of(snapshot(), COMPACT_AFTER), files, disk, () -> NOW, this::compact);
        store.start();
    }

    /** On a thread of its own, as the gateway has it; a crash waits for it, since half a compaction is another test's. */
    private void compact(Runnable compaction) {
        new Thread(() -> {
                    synchronized (compactions) {
                        compaction.run();
                    }
                })
                .start();
    }

    private void assertSame() {
        for (int key = 0; key < KEYS; key++) {
            String state = states.get(key);
            assertThat(store.index().find(run(key)).map(ForwardEntry::state)).isEqualTo(Optional.ofNullable(state));
        }
        assertThat(store.index().size()).isEqualTo(states.size());
        assertThat(store.keys().open())
                .extracting(intent -> intent.scope().toString())
                .containsExactlyInAnyOrderElementsOf(phases.entrySet().stream()
                        .filter(key -> key.getValue() == Phase.UNKNOWN)
                        .map(key -> scope(key.getKey()).toString())
                        .toList());
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Move> moves = Arbitraries.frequency(
                Tuple.of(12, Move.BEGIN),
                Tuple.of(1, Move.BEGIN_ON_A_FULL_DISK),
                Tuple.of(10, Move.START),
                Tuple.of(1, Move.START_ON_A_FULL_DISK),
                Tuple.of(4, Move.FREE),
                Tuple.of(2, Move.LEAVE),
                Tuple.of(2, Move.EVIDENCE),
                Tuple.of(6, Move.HEAR),
                Tuple.of(1, Move.RESTART),
                Tuple.of(2, Move.CRASH),
                Tuple.of(2, Move.CRASH_IN_A_LINE));
        return Combinators.combine(moves, Arbitraries.integers().between(0, KEYS - 1))
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    private static ForwardEntry entry(int key) {
        String runId = run(key).runId();
        return new ForwardEntry(
                "tnt_a",
                runId,
                "stk_b",
                "http://b/v1/runs/" + runId + "/events",
                Optional.of("prn_a"),
                Optional.of("agt"),
                NOW,
                "queued",
                NOW);
    }

    private static RunKey run(int key) {
        return new RunKey("tnt_a", "run_" + key);
    }

    private static Digest128 scope(int key) {
        return new Digest128(key, -key);
    }

    private Path snapshot() {
        return directory.resolve("index.json");
    }

    private static List<String> names(Path directory) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
