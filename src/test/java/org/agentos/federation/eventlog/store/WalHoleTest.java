package org.agentos.federation.eventlog.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** Two write-ahead logs, as a kill during a flush leaves them: the newer one has the last group, whatever the older one lost. */
class WalHoleTest {
    private static final int SMALL_MEMTABLE = 256 << 10;
    private static final byte[] PADDING = new byte[32 << 10];

    @TempDir
    Path directory;

    private Path older;

    @BeforeEach
    void makeTwoWriteAheadLogs() throws RocksDBException, IOException {
        new Random(1).nextBytes(PADDING);
        Path killed = Files.createDirectory(directory.resolve("rocksdb"));
        long group = writeAndCopy(directory.resolve("living"), killed);
        try (SyncedGroups synced = SyncedGroups.open(directory.resolve("synced-groups"), InstantSource.system())) {
            synced.reset(group);
        }
        older = writeAheadLogs(killed).get(0);
    }

    @Test
    void shouldOpenBothWhole() {
        // When
        RocksEventLog log = EventLogs.open(directory);

        // Then
        assertThat(log.problem()).isEmpty();
        log.close();
    }

    @Test
    void shouldRefuseToStartWithoutTheOlderOne() throws IOException {
        // When
        Files.delete(older);

        // Then
        assertThatThrownBy(() -> EventLogs.open(directory)).hasMessageContaining("acknowledged groups missing");
    }

    @Test
    void shouldRefuseToStartWhenTheOlderOneIsCut() throws IOException {
        // When
        try (RandomAccessFile file = new RandomAccessFile(older.toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }

        // Then
        assertThatThrownBy(() -> EventLogs.open(directory)).hasMessageContaining("acknowledged groups missing");
    }

    /** Groups until there are two logs with some in each, none of them flushed; returns the last one. */
    private static long writeAndCopy(Path living, Path copy) throws RocksDBException, IOException {
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (StoreOptions options = new StoreOptions(1 << 20);
                WriteOptions unsynced = new WriteOptions()) {
            options.families().forEach(family -> family.getOptions().setWriteBufferSize(SMALL_MEMTABLE));
            long group = 0;
            try (RocksDB database = RocksDB.open(options.database(), living.toString(), options.families(), handles)) {
                ColumnFamilyHandle meta =
                        handles.get(1 + List.of(Family.values()).indexOf(Family.META));
                database.pauseBackgroundWork();
                while (writeAheadLogs(living).size() < 2) {
                    group = write(database, meta, unsynced, group);
                }
                group = write(database, meta, unsynced, group);
                for (Path file : files(living)) {
                    Files.copy(file, copy.resolve(file.getFileName()));
                }
                database.continueBackgroundWork();
                handles.forEach(ColumnFamilyHandle::close);
            }
            return group;
        }
    }

    private static long write(RocksDB database, ColumnFamilyHandle meta, WriteOptions unsynced, long before)
            throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            batch.put(meta, MetaKeys.GROUP, KeyCodec.number(before + 1));
            batch.put(meta, ("padding " + before).getBytes(java.nio.charset.StandardCharsets.US_ASCII), PADDING);
            database.write(unsynced, batch);
        }
        database.syncWal();
        return before + 1;
    }

    private static List<Path> writeAheadLogs(Path folder) throws IOException {
        return files(folder).stream()
                .filter(file ->
                        file.toString().endsWith(".log") && file.toFile().length() > 0)
                .sorted()
                .toList();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
