package org.agentos.federation.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agentos.federation.eventlog.EventLogOpenException;
import org.agentos.federation.eventlog.store.LogDirectory;
import org.agentos.federation.eventlog.store.RocksEventLog;
import org.agentos.federation.forward.store.ForwardFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(1234));
    private static final String ASIDE = "before-restore-1234";

    @TempDir
    private Path directory;

    private Path data;
    private Path index;
    private Path backup;
    private long epoch;

    /** A backup of one event and one index, and data that has gone on since. */
    @BeforeEach
    void backUpAndGoOn() throws Exception {
        data = directory.resolve("data/event-log");
        index = Files.createDirectories(directory.resolve("elsewhere")).resolve("my-index.json");
        backup = directory.resolve("backup");
        Files.writeString(index, "[1]");
        Files.writeString(index.resolveSibling("my-index.json.journal.7"), "line\n");
        try (RocksEventLog log = Logs.open(data)) {
            epoch = log.epoch();
            Logs.store(log, 1, "a");
            backupOf(log).make(backup);
            Logs.store(log, 2, "b");
        }
        Files.writeString(index, "[1,2]");
        Files.writeString(index.resolveSibling("unrelated.txt"), "mine");
    }

    private Backup backupOf(RocksEventLog log) {
        return new Backup(log, new ForwardFiles(index, CLOCK)::copyTo, directory.resolve("data"), "test 1", CLOCK);
    }

    private Restore restore() {
        return new Restore(Logs.settings(data), index, CLOCK, new SecureRandom());
    }

    @Test
    void shouldPutTheBackupInPlaceAndTheOldDataAside() throws Exception {
        // When
        Restore.Restored restored = restore().from(backup, true, List::of);

        // Then
        assertThat(restored.setAside()).contains(ASIDE);
        try (RocksEventLog log = Logs.open(data)) {
            assertThat(Logs.ids(log)).containsExactly("a");
            assertThat(log.epoch()).isEqualTo(restored.epoch()).isNotEqualTo(epoch);
        }
        assertThat(index).hasContent("[1]");
        assertThat(index.resolveSibling("my-index.json.journal.7")).hasContent("line\n");
        assertThat(index.resolveSibling(ASIDE).resolve("my-index.json")).hasContent("[1,2]");
        assertThat(index.resolveSibling("unrelated.txt")).hasContent("mine");
        Files.createDirectory(directory.resolve("old"));
        Files.move(data.resolve(ASIDE), directory.resolve("old/event-log"));
        try (RocksEventLog old = Logs.open(directory.resolve("old/event-log"))) {
            assertThat(Logs.ids(old)).containsExactly("a", "b");
        }
    }

    @Test
    void shouldRestoreIntoAnEmptyPlaceWithoutBeingToldToReplace() throws Exception {
        // Given
        Path fresh = directory.resolve("fresh");
        Restore intoFresh = new Restore(
                Logs.settings(fresh.resolve("event-log")), fresh.resolve("index.json"), CLOCK, new SecureRandom());

        // When
        Restore.Restored restored = intoFresh.from(backup, false, List::of);

        // Then
        assertThat(restored.setAside()).isEmpty();
        assertThat(fresh.resolve("index.json")).hasContent("[1]");
        assertThat(fresh.resolve("index.json.restoring")).doesNotExist();
        try (RocksEventLog log = Logs.open(fresh.resolve("event-log"))) {
            assertThat(Logs.ids(log)).containsExactly("a");
        }
        assertThat(fresh.resolve("event-log/restoring")).doesNotExist();
    }

    @Test
    void shouldNotReplaceDataUntold() throws Exception {
        assertThatNothingChangesWhenRefused(false, "--replace");
    }

    @Test
    void shouldRefuseWhileTheLogIsInUse() throws Exception {
        try (LogDirectory used = LogDirectory.open(data)) {
            assertThatNothingChangesWhenRefused(true, "is in use by another process");
        }
    }

    @Test
    void shouldRefuseADirectoryWithoutAManifest() throws Exception {
        Files.delete(backup.resolve(ManifestFile.NAME));

        assertThatNothingChangesWhenRefused(true, "has no manifest.json");
    }

    @Test
    void shouldRefuseAManifestThatIsNotAsItWasWritten() throws Exception {
        Path manifest = backup.resolve(ManifestFile.NAME);
        byte[] whole = Files.readAllBytes(manifest);
        for (int at : new int[] {0, 12, whole.length / 2, whole.length - 20, whole.length - 1}) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 1;
            Files.write(manifest, flipped);

            assertThatNothingChangesWhenRefused(true, "is damaged, or was not written by this program");
        }
    }

    @Test
    void shouldRefuseManifestsOfOthers() throws Exception {
        Path manifest = backup.resolve(ManifestFile.NAME);
        Files.writeString(manifest, "{\"format\":1,\"files\":[]}");
        assertThatNothingChangesWhenRefused(true, "was not written by this program");
        Files.write(manifest, ManifestFile.encode(new Manifest(2, "later", "", "", 1, List.of())));
        assertThatNothingChangesWhenRefused(true, "has format 2, this program reads format 1");
        String outside = "../secret";
        Manifest.Entry entry = new Manifest.Entry(outside, 1, "00");
        Files.write(manifest, ManifestFile.encode(new Manifest(1, "evil", "", "", 1, List.of(entry))));
        assertThatNothingChangesWhenRefused(true, "the manifest names ../secret, which is no file of a backup");
    }

    @Test
    void shouldNameEveryFileThatIsMissingOrChanged() throws Exception {
        // Given
        Path table = Disk.entries(backup.resolve("event-log/rocksdb")).stream()
                .filter(file -> file.toString().endsWith(".sst"))
                .findFirst()
                .orElseThrow();
        byte[] bytes = Files.readAllBytes(table);
        bytes[bytes.length / 2] ^= 1;
        Files.delete(table); // it is a hard link
        Files.write(table, bytes);
        Files.delete(backup.resolve("event-log/synced-groups"));
        Files.writeString(backup.resolve("forward-index/forward-index.json"), "[1] ");

        // When
        BackupException refused = assertThatNothingChangesWhenRefused(true, table + " is not as it was written");

        // Then
        assertThat(refused.problems()).hasSize(3);
        assertThat(refused).hasMessageContaining("synced-groups is missing").hasMessageContaining("has 4 bytes, not 3");
    }

    @Test
    void shouldGoOnWhereACrashLeftItWhileOldDataWasSetAside() throws Exception {
        // Given: the log's database is aside already, the rest is not
        new RestoreMarker(RestoreMarker.Step.ASIDE, "before-restore-77").write(marker());
        Files.createDirectory(data.resolve("before-restore-77"));
        Files.move(data.resolve("rocksdb"), data.resolve("before-restore-77/rocksdb"));

        assertThatNoLogOpensBeforeTheRestoreIsRepeated();

        assertThat(data.resolve("before-restore-77/rocksdb")).isNotEmptyDirectory();
        assertThat(data.resolve("before-restore-77/synced-groups")).isRegularFile();
        assertThat(index.resolveSibling("before-restore-77/my-index.json")).hasContent("[1,2]");
    }

    @Test
    void shouldGoOnWhereACrashLeftItWhileTheBackupWasPutInPlace() throws Exception {
        // Given: the old data is aside, half of the new in place
        new RestoreMarker(RestoreMarker.Step.PLACE, "before-restore-77").write(marker());
        Files.createDirectory(data.resolve("before-restore-77"));
        Files.move(data.resolve("rocksdb"), data.resolve("before-restore-77/rocksdb"));
        Files.move(data.resolve("synced-groups"), data.resolve("before-restore-77/synced-groups"));
        Files.createDirectory(data.resolve("rocksdb"));
        Files.writeString(data.resolve("rocksdb/CURRENT"), "half");
        Files.writeString(index, "half");

        assertThatNoLogOpensBeforeTheRestoreIsRepeated();

        assertThat(data.resolve("before-restore-77/rocksdb")).isNotEmptyDirectory();
        assertThat(data.resolve(ASIDE)).doesNotExist();
    }

    private Path marker() {
        return LogDirectory.unfinishedRestoreIn(data);
    }

    private void assertThatNoLogOpensBeforeTheRestoreIsRepeated() throws Exception {
        assertThatThrownBy(() -> Logs.open(data))
                .isInstanceOf(EventLogOpenException.class)
                .hasMessageContaining("was begun and not finished");

        restore().from(backup, false, List::of);

        assertThat(index).hasContent("[1]");
        assertThat(marker()).doesNotExist();
        try (RocksEventLog log = Logs.open(data)) {
            assertThat(Logs.ids(log)).containsExactly("a");
            assertThat(log.epoch()).isNotEqualTo(epoch);
        }
    }

    @Test
    void shouldKeepBackupsToTheirOwner() throws IOException {
        for (Path path : Disk.tree(backup)) {
            if (Files.isDirectory(path)) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .as(path.toString())
                        .isEqualTo("rwx------");
            }
        }
    }

    @Test
    void shouldRefuseATargetThatIsNotEmptyOrInsideTheData() throws Exception {
        try (RocksEventLog log = Logs.open(data)) {
            assertThatThrownBy(() -> backupOf(log).make(backup)).hasMessageContaining("is not an empty directory");
            assertThatThrownBy(() -> backupOf(log).make(data.resolve("rocksdb/../b")))
                    .hasMessageContaining("is inside the data directory");
            assertThatThrownBy(() -> backupOf(log).make(index)).hasMessageContaining("is not an empty directory");
        }
        assertThat(backup.resolve(ManifestFile.NAME)).isRegularFile();
        assertThat(index).hasContent("[1,2]");
    }

    @Test
    void shouldLeaveNothingOfABackupThatFails() throws Exception {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        Path absent = directory.resolve("absent");
        try (RocksEventLog log = Logs.open(data)) {
            Backup.IndexCopy full = (folder, name) -> {
                Files.writeString(folder.resolve(name), "half");
                throw new IOException("No space left on device");
            };
            Backup failing = new Backup(log, full, directory.resolve("data"), "test 1", CLOCK);

            assertThatThrownBy(() -> failing.make(empty)).hasMessageContaining("the disk is full");
            assertThatThrownBy(() -> failing.make(absent)).hasMessageContaining("the disk is full");
        }
        assertThat(empty).isEmptyDirectory();
        assertThat(absent).doesNotExist();
    }

    private BackupException assertThatNothingChangesWhenRefused(boolean replace, String why) throws IOException {
        Map<String, String> before = content();
        BackupException refused =
                catchThrowableOfType(BackupException.class, () -> restore().from(backup, replace, List::of));
        assertThat(refused).hasMessageContaining(why);
        assertThat(content()).isEqualTo(before);
        return refused;
    }

    private Map<String, String> content() throws IOException {
        Map<String, String> content = new TreeMap<>();
        for (Path path : Disk.tree(directory)) {
            boolean file = Files.isRegularFile(path) && !path.endsWith("lock");
            content.put(path.toString(), file ? Files.readString(path, StandardCharsets.ISO_8859_1) : "");
        }
        return content;
    }
}
