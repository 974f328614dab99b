package org.agentos.federation.eventlog.store;

import static org.agentos.federation.eventlog.store.EventLogs.OTHER_RUN;
import static org.agentos.federation.eventlog.store.EventLogs.RUN;
import static org.agentos.federation.eventlog.store.EventLogs.event;
import static org.agentos.federation.eventlog.store.EventLogs.everything;
import static org.agentos.federation.eventlog.store.EventLogs.push;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.CursorCodec;
import org.agentos.federation.eventlog.EventLogOpenException;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.eventlog.Verdict.Reason;
import org.agentos.federation.eventlog.Verdict.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

class OpeningTest {
    @TempDir
    Path directory;

    @Test
    void shouldRefuseASecondOpener() {
        try (RocksEventLog first = EventLogs.open(directory)) {
            // Given
            assertThat(first.problem()).isEmpty();

            // When / Then
            assertThatThrownBy(() -> EventLogs.open(directory))
                    .isInstanceOf(EventLogOpenException.class)
                    .hasMessage("event log directory " + directory + " is in use by another process");
        }
    }

    /** The keys of cursors and tickets are in the log. */
    @Test
    void shouldMakeTheDirectoryForItsOwnerOnly() throws IOException {
        // Given
        Path made = directory.resolve("made");

        // When
        EventLogs.open(made).close();

        // Then
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rwx------");
    }

    @Test
    void shouldNameADirectoryThatCannotBeMade() throws IOException {
        // Given
        Path file = Files.createFile(directory.resolve("file"));

        // When / Then
        assertThatThrownBy(() -> EventLogs.open(file.resolve("log")))
                .isInstanceOf(EventLogOpenException.class)
                .hasMessageStartingWith("event log directory " + file.resolve("log") + " cannot be created or written");
    }

    @Test
    void shouldKeepRotatedCursorKeysWithTheLog() {
        // Given
        Cursor cursor = new Cursor(new Position(7, 0), 5);
        String before;
        String after;
        try (RocksEventLog log = EventLogs.open(directory)) {
            CursorCodec ofLog = CursorCodec.of(log);
            before = ofLog.forRun(RUN).encode(cursor);

            // When
            log.rotateCursorKey(false);
            after = ofLog.forRun(RUN).encode(cursor);
        }

        // Then
        try (RocksEventLog log = EventLogs.open(directory)) {
            CursorCodec ofLog = CursorCodec.of(log);
            assertThat(ofLog.decode(RUN, before)).isEqualTo(cursor);
            assertThat(ofLog.decode(RUN, after)).isEqualTo(cursor);
            assertThat(ofLog.forRun(RUN).encode(cursor)).isEqualTo(after);
        }
    }

    @Test
    void shouldNameAForeignFormat() throws Exception {
        // Given
        EventLogs.open(directory).close();
        changeStore((store, batch) -> batch.put(store.handle(Family.META), MetaKeys.FORMAT, KeyCodec.number(99)));

        // When / Then
        assertThatThrownBy(() -> EventLogs.open(directory))
                .isInstanceOf(EventLogOpenException.class)
                .hasMessage("event log " + directory.resolve("rocksdb")
                        + " has format version 99, this program reads versions 1 to 4");
    }

    @Test
    void shouldRaiseAnOlderFormatSoThatAnOlderProgramRefusesIt() throws Exception {
        // Given
        EventLogs.open(directory).close();
        changeStore((store, batch) -> batch.put(store.handle(Family.META), MetaKeys.FORMAT, KeyCodec.number(1)));

        // When
        EventLogs.open(directory).close();

        // Then
        changeStore((store, batch) ->
                assertThat(store.get(Family.META, MetaKeys.FORMAT)).isEqualTo(KeyCodec.number(4)));
    }

    @Test
    void shouldHonourATombstone() throws Exception {
        // Given
        try (RocksEventLog log = EventLogs.open(directory)) {
            push(log, event("a", 4), event(OTHER_RUN, "a", 1));
        }
        changeStore((store, batch) -> {
            RunRow row = new LogReader(store).row(RUN).orElseThrow();
            batch.put(
                    store.handle(Family.RUN),
                    KeyCodec.run(RUN),
                    row.tombstone(new Position(4, 0), 0).encode());
        });

        // When
        try (RocksEventLog log = EventLogs.open(directory)) {
            List<Verdict> verdicts = push(log, event("b", 5), event(OTHER_RUN, "b", 2));

            // Then
            assertThat(verdicts)
                    .containsExactly(new Verdict(Status.LATE, Reason.DELETED, Cursor.START), EventLogs.accepted(2, 0));
            assertThat(log.find(RUN).orElseThrow().isEmpty()).isTrue();
        }
    }

    @Test
    void shouldRefuseToStartWhenAcknowledgedGroupsAreMissing() throws Exception {
        // Given
        long epoch;
        try (RocksEventLog log = EventLogs.open(directory)) {
            epoch = log.epoch();
            push(log, event("a", 1));
        }
        try (RocksEventLog log = EventLogs.open(directory)) {
            push(log, event("b", 2));
            push(log, event("c", 3));
        }
        Files.write(newestWriteAheadLog(), new byte[0]);

        // When / Then
        assertThatThrownBy(() -> EventLogs.open(directory))
                .isInstanceOf(EventLogOpenException.class)
                .hasMessageContaining(
                        "event log corrupt: 2 acknowledged groups missing in " + directory.resolve("rocksdb"));
        assertThat(directory.resolve("before-recovery")).isNotEmptyDirectory();
        assertThatThrownBy(() -> EventLogs.open(directory)).hasMessageContaining("2 acknowledged groups missing");
        try (RocksEventLog log = EventLogs.open(EventLogs.acceptingLoss(directory))) {
            assertThat(everything(log, RUN)).hasSize(1);
            assertThat(log.epoch()).isNotEqualTo(epoch);
        }
        EventLogs.open(directory).close();
    }

    @Test
    void shouldRefuseToStartWhenTheWriteAheadLogIsDamagedInTheMiddle() throws Exception {
        // Given
        try (RocksEventLog log = EventLogs.open(directory)) {
            for (int i = 1; i <= 50; i++) {
                push(log, event("e" + i, i));
            }
        }
        flipByteInTheMiddle(newestWriteAheadLog());

        // When / Then
        assertThatThrownBy(() -> EventLogs.open(directory)).hasMessageContaining("acknowledged groups missing");
    }

    @Test
    void shouldRefuseToStartWithoutTheSideFile() throws Exception {
        // Given
        EventLogs.open(directory).close();
        Files.delete(directory.resolve("synced-groups"));

        // When / Then
        assertThatThrownBy(() -> EventLogs.open(directory))
                .hasMessageContaining(directory.resolve("synced-groups") + " is missing or unreadable");
        EventLogs.open(EventLogs.acceptingLoss(directory)).close();
    }

    @Test
    void shouldRefuseToStartWithoutTheDatabase() throws Exception {
        // Given
        try (RocksEventLog log = EventLogs.open(directory)) {
            push(log, event("a", 1));
        }
        replaceDatabase(Files.createDirectory(directory.resolve("empty")));

        // When / Then
        assertThatThrownBy(() -> EventLogs.open(directory)).hasMessageContaining("1 acknowledged groups missing");
    }

    @Test
    void shouldRefuseAnOlderCopyOfTheDatabase() throws Exception {
        // Given
        Path old = copyAfter(event("a", 1));
        try (RocksEventLog log = EventLogs.open(directory)) {
            push(log, event("b", 2));
        }
        replaceDatabase(old);

        // When / Then
        assertThatThrownBy(() -> EventLogs.open(directory))
                .isInstanceOf(EventLogOpenException.class)
                .hasMessageMatching(
                        "event log corrupt: .*/MANIFEST-\\d+ is older than number \\d+, which was in use, .*");
    }

    /** The engine takes a lost tail for a torn one, and newer groups in the write-ahead log hide what is forgotten. */
    @Test
    void shouldRefuseAManifestThatLostItsTail() throws Exception {
        // Given
        long epoch;
        try (RocksEventLog log = EventLogs.open(directory)) {
            epoch = log.epoch();
            push(log, event("a", 1));
        }
        try (RocksEventLog log = EventLogs.open(directory)) {
            push(log, event("b", 2));
        }
        Path manifest = manifest();
        byte[] whole = Files.readAllBytes(manifest);
        int cut = whole.length - 20;
        Files.write(manifest, java.util.Arrays.copyOf(whole, cut));

        // When / Then
        for (int start = 0; start < 2; start++) {
            assertThatThrownBy(() -> EventLogs.open(directory))
                    .isInstanceOf(EventLogOpenException.class)
                    .hasMessage("event log corrupt: " + manifest + " is cut to " + cut + " of " + whole.length
                            + " bytes, so table files are forgotten, and acknowledged events with them. Restore a copy,"
                            + " or start once with federation.log.accept-loss to go on without them");
        }
        try (RocksEventLog log = EventLogs.open(EventLogs.acceptingLoss(directory))) {
            assertThat(log.epoch()).isNotEqualTo(epoch);
        }
        EventLogs.open(directory).close();
    }

    @Test
    void shouldOpenAsBeforeOnceTheManifestIsPutBack() throws Exception {
        // Given
        EventLogs.open(directory).close();
        try (RocksEventLog log = EventLogs.open(directory)) {
            push(log, event("a", 1));
        }
        Path manifest = manifest();
        byte[] whole = Files.readAllBytes(manifest);
        Files.write(manifest, java.util.Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> EventLogs.open(directory)).hasMessageContaining("is cut to");

        // When
        Files.write(manifest, whole);

        // Then
        try (RocksEventLog log = EventLogs.open(directory)) {
            assertThat(everything(log, RUN)).hasSize(1);
        }
    }

    /** What a crash leaves: the database is further than the side file knows. */
    @Test
    void shouldOpenADatabaseThatIsFurtherThanWasNoted() throws Exception {
        // Given
        EventLogs.open(directory).close();
        byte[] noted = Files.readAllBytes(directory.resolve("known-manifest"));
        try (RocksEventLog log = EventLogs.open(directory)) {
            push(log, event("a", 1));
        }
        Files.write(directory.resolve("known-manifest"), noted);

        // When
        try (RocksEventLog log = EventLogs.open(directory)) {
            // Then
            assertThat(everything(log, RUN)).hasSize(1);
        }
    }

    private Path manifest() throws IOException {
        return directory
                .resolve("rocksdb")
                .resolve(Files.readString(directory.resolve("rocksdb/CURRENT")).strip());
    }

    private interface Change {
        void apply(LogStore store, WriteBatch batch) throws RocksDBException;
    }

    private void changeStore(Change change) throws RocksDBException {
        try (LogStore store = LogStore.open(directory.resolve("rocksdb"), 1 << 20);
                WriteBatch batch = new WriteBatch()) {
            change.apply(store, batch);
            store.write(batch);
            store.sync();
        }
    }

    private Path copyAfter(IncomingEvent event) throws Exception {
        try (RocksEventLog log = EventLogs.open(directory)) {
            push(log, event);
        }
        Path copy = Files.createDirectory(directory.resolve("copy"));
        for (Path file : filesOf(directory.resolve("rocksdb"))) {
            Files.copy(file, copy.resolve(file.getFileName()));
        }
        return copy;
    }

    private void replaceDatabase(Path by) throws IOException {
        Path database = directory.resolve("rocksdb");
        for (Path file : filesOf(database)) {
            Files.delete(file);
        }
        Files.delete(database);
        Files.move(by, database);
    }

    private Path newestWriteAheadLog() throws IOException {
        return filesOf(directory.resolve("rocksdb")).stream()
                .filter(file -> file.toString().endsWith(".log"))
                .max(Path::compareTo)
                .orElseThrow();
    }

    private static void flipByteInTheMiddle(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 0x40;
        Files.write(file, bytes);
    }

    private static List<Path> filesOf(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
