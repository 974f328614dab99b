package org.agentos.federation.forward.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.settings.ForwardSettings;
import org.agentos.federation.support.LoggedMessages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the forward index keeps and how it comes back, on a disk that can fail. */
class ForwardStoreTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path directory;

    private final Disk disk = new Disk();
    private Instant now = NOW;
    private ForwardStore store;

    @AfterEach
    void stop() throws Exception {
        if (store != null) {
            store.close();
        }
    }

    @Test
    void shouldBringBackAfterACrashWhatWasStored() throws Exception {
        // Given
        store = open();
        start("run_1", 1);
        store.recordState(key("run_1"), "completed", NOW.plusSeconds(5))
                .toCompletableFuture()
                .join();
        begin(2);

        // When
        store = open();

        // Then
        assertThat(store.index().find(key("run_1"))).contains(entry("run_1").heard("completed", NOW.plusSeconds(5)));
        assertThat(store.keys().open()).extracting(JournalRecord.Intent::scope).containsExactly(scope(2));
        assertThat(store.keys().claim(scope(1), scope(1), NOW))
                .isEqualTo(
                        new ForwardKeys.Claim.Replayed(key("run_1"), new ForwardKeys.Settled(scope(1), "queued", 1)));
    }

    @Test
    void shouldBringBackTheSameFromASnapshot() throws Exception {
        // Given
        store = open();
        start("run_1", 1);
        store.recordState(key("run_1"), "running", NOW.plusSeconds(5))
                .toCompletableFuture()
                .join();
        begin(2);
        store.close();

        // When
        store = open();

        // Then
        assertThat(store.index().find(key("run_1"))).contains(entry("run_1").heard("running", NOW.plusSeconds(5)));
        assertThat(store.keys().open()).extracting(JournalRecord.Intent::scope).containsExactly(scope(2));
        assertThat(store.keys().claim(scope(1), scope(1), NOW))
                .isEqualTo(
                        new ForwardKeys.Claim.Replayed(key("run_1"), new ForwardKeys.Settled(scope(1), "queued", 1)));
    }

    @Test
    void shouldWriteTheSnapshotInTheReferencesFormat() throws Exception {
        // Given
        store = open();
        start("run_1", 1);

        // When
        store.close();

        // Then
        assertThat(Files.readString(snapshot()))
                .isEqualTo("[\n{\"tenant_id\":\"tnt_a\",\"run_id\":\"run_1\",\"remote_stack_id\":\"stk_b\","
                        + "\"remote_events_url\":\"http://b/v1/runs/run_1/events\",\"principal_id\":\"prn_a\","
                        + "\"agent_id\":\"agt\",\"created\":\"2026-01-02T03:04:05Z\",\"state\":\"queued\","
                        + "\"state_at\":\"2026-01-02T03:04:05Z\",\"scope\":\"" + scope(1) + "\",\"run\":\""
                        + scope(1) + "\",\"status\":\"queued\",\"attempts\":1,\"crc\":\"af33beae\"}\n]\n");
    }

    @Test
    void shouldLoadAFileWrittenByTheReference() throws Exception {
        // Given
        Files.writeString(
                snapshot(),
                "[{\"tenant_id\":\"tnt_a\",\"run_id\":\"run_1\",\"remote_stack_id\":\"stk_b\","
                        + "\"remote_events_url\":\"http://b/v1/runs/run_1/events\"}]");

        // When
        store = open();

        // Then
        assertThat(store.index().find(key("run_1")))
                .contains(new ForwardEntry(
                        "tnt_a",
                        "run_1",
                        "stk_b",
                        "http://b/v1/runs/run_1/events",
                        Optional.empty(),
                        Optional.empty(),
                        Instant.EPOCH,
                        "unknown",
                        Instant.EPOCH));
        assertThat(store.index().reserve(key("run_1"), "stk_b", scope(9))).isEmpty();
    }

    /** What a crash leaves of a line that nobody was answered on the strength of. */
    @Test
    void shouldTolerateATornLastLine() throws Exception {
        // Given
        store = open();
        start("run_1", 1);
        begin(2);
        byte[] line = JournalLine.encode(started("run_2", 2));
        Files.write(segment(1), java.util.Arrays.copyOf(line, line.length - 7), StandardOpenOption.APPEND);

        // When
        store = open();

        // Then
        assertThat(store.index().find(key("run_1"))).isPresent();
        assertThat(store.index().find(key("run_2"))).isEmpty();
        assertThat(store.keys().open()).extracting(JournalRecord.Intent::scope).containsExactly(scope(2));
        assertThat(names()).noneMatch(name -> name.contains("corrupt"));
    }

    /** Whole lines that are gone from the end look like lines that were never written. */
    @Test
    void shouldNoticeThatAnsweredLinesAreCutOff() throws Exception {
        // Given
        store = open();
        start("run_1", 1);
        String before = Files.readString(segment(1));
        start("run_2", 2);
        long whole = Files.size(segment(1));
        Files.writeString(segment(1), before);

        try (LoggedMessages log = LoggedMessages.of(ForwardLoader.class.getName())) {
            // When
            store = open();

            // Then
            assertThat(store.index().find(key("run_1"))).isPresent();
            assertThat(store.index().find(key("run_2"))).isEmpty();
            assertThat(log.messages())
                    .anyMatch(line -> line.contains("cut to " + before.length() + " of " + whole + " bytes"));
        }
        assertThat(names()).contains("index.json.journal.1.corrupt-20260102T030405.000Z");
        assertThatNothingIsReported();
    }

    @Test
    void shouldNoticeAnAnsweredLineThatLostItsEnd() throws Exception {
        // Given
        store = open();
        start("run_1", 1);
        byte[] journal = Files.readAllBytes(segment(1));
        journal[journal.length - 1] ^= 1;
        Files.write(segment(1), journal);

        // When
        store = open();

        // Then
        assertThat(store.index().find(key("run_1"))).isEmpty();
        assertThat(names()).contains("index.json.journal.1.corrupt-20260102T030405.000Z");
    }

    @Test
    void shouldNoticeAMissingJournal() throws Exception {
        // Given
        store = open();
        start("run_1", 1);
        store.close();
        store = open();
        start("run_2", 2);
        Files.delete(segment(2));

        try (LoggedMessages log = LoggedMessages.of(ForwardLoader.class.getName())) {
            // When
            store = open();

            // Then
            assertThat(store.index().find(key("run_1"))).isPresent();
            assertThat(log.messages())
                    .anyMatch(line -> line.startsWith("A journal of the forward index is missing")
                            && line.contains("index.json.journal.2 "));
        }
        assertThatNothingIsReported();
    }

    /** A power cut may leave an older note, or none. */
    @Test
    void shouldKnowLessWithoutTheLastNotesAndReportNothing() throws Exception {
        // Given
        store = open();
        start("run_1", 1);
        byte[] older = Files.readAllBytes(directory.resolve("index.json.known-segments"));
        start("run_2", 2);
        Files.write(directory.resolve("index.json.known-segments"), older);

        // When
        assertThatNothingIsReported();

        // Then
        assertThat(store.index().size()).isEqualTo(2);
        Files.delete(directory.resolve("index.json.known-segments"));
        assertThatNothingIsReported();
        assertThat(store.index().size()).isEqualTo(2);
    }

    private void assertThatNothingIsReported() throws IOException {
        try (LoggedMessages log = LoggedMessages.of(ForwardLoader.class.getName())) {
            store = open();
            assertThat(log.messages()).isEmpty();
        }
    }

    @Test
    void shouldSetACorruptJournalAsideAndKeepWhatCanBeRead() throws Exception {
        // Given
        store = open();
        start("run_1", 1);
        start("run_2", 2);
        String journal = Files.readString(segment(1));
        Files.writeString(segment(1), journal.replaceFirst("run_1/events", "run_X/events"));

        // When
        store = open();

        // Then
        assertThat(store.index().find(key("run_1"))).isEmpty();
        assertThat(store.index().find(key("run_2"))).isPresent();
        assertThat(names()).contains("index.json.journal.1.corrupt-20260102T030405.000Z");
        assertThat(Files.readString(snapshot())).contains("run_2");
    }

    @Test
    void shouldSetACorruptSnapshotAsideAndNeverOverwriteIt() throws Exception {
        // Given
        store = open();
        start("run_1", 1);
        start("run_2", 2);
        store.close();
        String broken = Files.readString(snapshot()).replace("}\n]", "}\n");
        Files.writeString(snapshot(), broken);
        store = open();
        store.close();

        // When
        store = open();

        // Then
        assertThat(store.index().size()).isEqualTo(2);
        assertThat(names()).contains("index.json.corrupt-20260102T030405.000Z");
        assertThat(Files.readString(directory.resolve("index.json.corrupt-20260102T030405.000Z")))
                .isEqualTo(broken);
    }

    @Test
    void shouldNoticeAChangedLetterInTheSnapshot() throws Exception {
        // Given
        store = open();
        start("run_1", 1);
        start("run_2", 2);
        store.close();
        Files.writeString(snapshot(), Files.readString(snapshot()).replace("\"run_1\"", "\"run_X\""));

        // When
        store = open();

        // Then
        assertThat(store.index().size()).isEqualTo(1);
        assertThat(store.index().find(key("run_2"))).isPresent();
        assertThat(names()).contains("index.json.corrupt-20260102T030405.000Z");
    }

    @Test
    void shouldTellThatTheSnapshotIsMissing() throws Exception {
        // Given
        store = open();
        start("run_1", 1);
        store.close();
        store = open();
        start("run_2", 2);
        Files.delete(snapshot());

        try (LoggedMessages log = LoggedMessages.of(ForwardLoader.class.getName())) {
            // When
            store = open();

            // Then
            assertThat(store.index().size()).isEqualTo(1);
            assertThat(log.messages())
                    .anyMatch(line -> line.startsWith("The snapshot of the forward index is missing"));
        }
    }

    @Test
    void shouldTakeTheReferencesEmptyIndex() throws Exception {
        // Given
        Files.writeString(snapshot(), "null");

        // When
        store = open();

        // Then
        assertThat(store.index().size()).isZero();
        assertThat(names()).noneMatch(name -> name.contains("corrupt"));
    }

    @Test
    void shouldTakeTheEntriesBehindAnUnusableOne() throws Exception {
        // Given
        String usable =
                "{\"tenant_id\":\"t\",\"run_id\":\"%s\",\"remote_stack_id\":\"b\",\"remote_events_url\":\"/e\"}";
        Files.writeString(
                snapshot(), "[" + usable.formatted("r1") + ",{\"tenant_id\":5}," + usable.formatted("r2") + "]");

        // When
        store = open();

        // Then
        assertThat(store.index().size()).isEqualTo(2);
        assertThat(names()).contains("index.json.corrupt-20260102T030405.000Z", "index.json");
    }

    @Test
    void shouldStartWithAnEmptyIndexAfterRubbish() throws Exception {
        // Given
        Files.writeString(snapshot(), "rubbish");

        // When
        store = open();

        // Then
        assertThat(store.index().size()).isZero();
        assertThat(names()).contains("index.json.corrupt-20260102T030405.000Z", "index.json");
    }

    /** A file that begins with zeros is taken for UTF-32, in which the rest is no text at all. */
    @Test
    void shouldSetASnapshotAsideThatBeginsWithZeros() throws Exception {
        // Given
        store = open();
        start("run_1", 1);
        start("run_2", 2);
        store.close();
        byte[] snapshot = Files.readAllBytes(snapshot());
        java.util.Arrays.fill(snapshot, 0, 512, (byte) 0);
        Files.write(snapshot(), snapshot);

        // When
        store = open();

        // Then
        assertThat(names()).contains("index.json.corrupt-20260102T030405.000Z");
    }

    @Test
    void shouldKeepNothingThatCouldNotBeStored() throws Exception {
        // Given
        store = open();
        begin(1);
        disk.full = true;

        // When
        Throwable failure = failure(() -> append(started("run_1", 1)));
        disk.full = false;

        // Then
        assertThat(FederationException.in(failure).orElseThrow().code().wireName())
                .isEqualTo("storage_unavailable");
        assertThat(store.index().find(key("run_1"))).isEmpty();
        append(started("run_1", 1));
        assertThat(store.index().find(key("run_1"))).isPresent();
        assertThat(names()).contains("index.json.journal.1", "index.json.journal.2");
    }

    @Test
    void shouldWriteAsMuchForAForwardHoweverLargeTheIndexIs() throws Exception {
        // Given
        store = open();
        for (int i = 0; i < 3_000; i++) {
            index(i);
        }
        long before = disk.appended;

        // When
        start("run_x", 9_999_999);
        long withMany = disk.appended - before;

        // Then
        store = open(directory.resolve("other"));
        before = disk.appended;
        start("run_x", 9_999_999);
        assertThat(withMany).isEqualTo(disk.appended - before);
    }

    @Test
    void shouldCompactOnlyAfterAsManyLinesAsThereAreRuns() throws Exception {
        // Given
        store = open(directory, 10);
        int runs = 200;

        // When
        for (int i = 0; i < runs; i++) {
            start("run_" + i, i);
        }

        // Then
        assertThat(disk.snapshotBytes).isPositive().isLessThan(3 * disk.appended);
    }

    @Test
    void shouldLoseNothingWhenACompactionFailsHalfway() throws Exception {
        // Given
        store = open();
        start("run_1", 1);
        begin(2);
        disk.noSnapshots = true;
        store.close();
        disk.noSnapshots = false;

        // When
        store = open();

        // Then
        assertThat(store.index().find(key("run_1"))).isPresent();
        assertThat(store.keys().open()).extracting(JournalRecord.Intent::scope).containsExactly(scope(2));
    }

    @Test
    void shouldLeaveNoFileForEachGroupThatAFullDiskRefused() throws Exception {
        // Given
        store = open();
        start("run_1", 1);
        disk.full = true;
        for (int i = 2; i < 20; i++) {
            int number = i;
            assertThat(failure(() -> begin(number))).isNotNull();
        }
        disk.full = false;
        start("run_30", 30);

        // When
        List<String> segments =
                names().stream().filter(name -> name.contains(".journal.")).toList();
        store = open();

        // Then
        assertThat(segments).hasSize(2);
        assertThat(store.index().find(key("run_1"))).isPresent();
        assertThat(store.index().find(key("run_30"))).isPresent();
    }

    @Test
    void shouldLeaveNoHalfSnapshotOnAFullDisk() throws Exception {
        // Given
        store = open();
        start("run_1", 1);
        disk.noSnapshots = true;

        // When
        store.close();

        // Then
        assertThat(names()).doesNotContain("index.json.tmp", "index.json");
    }

    @Test
    void shouldPageThroughATenantsRunsInTheirOrder() throws Exception {
        // Given
        store = open();
        for (int i = 0; i < 5; i++) {
            index(i);
        }
        store.close();
        store = open();

        // When
        List<ForwardEntry> first = store.index().page("tnt_a", Optional.empty(), 2);
        List<ForwardEntry> rest = store.index().page("tnt_a", Optional.of("run_1"), 10);

        // Then
        assertThat(first).extracting(ForwardEntry::runId).containsExactly("run_0", "run_1");
        assertThat(rest).extracting(ForwardEntry::runId).containsExactly("run_2", "run_3", "run_4");
        assertThat(store.index().page("tnt_b", Optional.empty(), 10)).isEmpty();
        assertThatThrownBy(() -> store.index().page("tnt_b", Optional.of("run_1"), 10))
                .isInstanceOf(FederationException.class);
    }

    @Test
    void shouldTellOfEachNewRunOnce() throws Exception {
        // Given
        store = open();
        List<String> told = new ArrayList<>();
        store.index().onForwarded(entry -> told.add(entry.runId()));

        // When
        start("run_1", 1);
        start("run_1", 1);
        store.close();
        store = open();

        // Then
        assertThat(told).containsExactly("run_1");
    }

    @Test
    void shouldForgetAKeyAfterItsTimeButKnowItsRun() throws Exception {
        // Given
        store = open();
        start("run_1", 1);
        store.close();
        now = NOW.plus(Duration.ofHours(25));

        // When
        store = open();

        // Then
        assertThat(store.keys().claim(scope(1), scope(1), now)).isInstanceOf(ForwardKeys.Claim.Fresh.class);
        assertThat(store.index().reserve(key("run_1"), "stk_b", scope(1))).isEmpty();
        assertThat(store.index().reserve(key("run_1"), "stk_b", scope(2))).contains("key_scope");
    }

    private ForwardStore open() throws IOException {
        return open(directory, 10_000);
    }

    private ForwardStore open(Path folder) throws IOException {
        return open(folder, 10_000);
    }

    private ForwardStore open(Path folder, int compactAfter) throws IOException {
        ForwardSettings settings = StoreSettings.of(folder.resolve("index.json"), compactAfter);
        InstantSource clock = () -> now;
        disk.files = new ForwardFiles(settings.indexFile(), clock);
        Executor compactions = job -> new Thread(job).start();
        ForwardStore opened = new ForwardStore(settings, disk.files, disk, clock, compactions);
        opened.start();
        return opened;
    }

    private void start(String runId, int number) {
        begin(number);
        append(started(runId, number));
    }

    private void index(int number) {
        append(started("run_" + number, number));
    }

    private void begin(int number) {
        store.keys().claim(scope(number), scope(number), NOW);
        append(new JournalRecord.Intent(scope(number), scope(number), "tnt_a", "stk_b", NOW, Optional.empty()));
    }

    private void append(JournalRecord record) {
        store.append(record).toCompletableFuture().join();
    }

    private static JournalRecord started(String runId, int number) {
        return new JournalRecord.Started(scope(number), scope(number), 1, entry(runId));
    }

    private static ForwardEntry entry(String runId) {
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

    private static RunKey key(String runId) {
        return new RunKey("tnt_a", runId);
    }

    private static Digest128 scope(int number) {
        return new Digest128(number, -number);
    }

    private Path snapshot() {
        return directory.resolve("index.json");
    }

    private Path segment(int number) {
        return directory.resolve("index.json.journal." + number);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static Throwable failure(Runnable work) {
        try {
            work.run();
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    /** A disk that counts what is written and refuses when told to. */
    private static final class Disk implements JournalStorage {
        private volatile ForwardFiles files;
        private volatile boolean full;
        private volatile boolean noSnapshots;
        private volatile long appended;
        private volatile long snapshotBytes;

        @Override
        public synchronized void append(String fileName, byte[] lines) throws IOException {
            int written = full ? lines.length / 2 : lines.length;
            Files.write(
                    files.directory().resolve(fileName),
                    java.util.Arrays.copyOf(lines, written),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            if (full) {
                throw new IOException("No space left on device");
            }
            files.force(fileName);
            appended += lines.length;
        }

        @Override
        public synchronized void writeSnapshot(String temporaryName, InputStream content) throws IOException {
            byte[] bytes = content.readAllBytes();
            snapshotBytes += bytes.length;
            if (noSnapshots) {
                Files.write(files.directory().resolve(temporaryName), "half".getBytes(StandardCharsets.UTF_8));
                throw new IOException("No space left on device");
            }
            Files.write(files.directory().resolve(temporaryName), bytes);
            files.publish(temporaryName);
        }
    }
}
