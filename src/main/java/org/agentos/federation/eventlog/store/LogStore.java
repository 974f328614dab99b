package org.agentos.federation.eventlog.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.EventLogOpenException;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** The RocksDB database. Its lock keeps readers out of native memory that closing has freed. */
final class LogStore implements GroupStore, AutoCloseable {
    private final StoreOptions options;
    private final RocksDB database;
    private final Map<Family, ColumnFamilyHandle> handles = new EnumMap<>(Family.class);
    private final ColumnFamilyHandle unused;
    private final WriteOptions unsynced = new WriteOptions();
    private final ReadWriteLock openness = new ReentrantReadWriteLock();
    private boolean closed;

    private LogStore(StoreOptions options, RocksDB database, List<ColumnFamilyHandle> handles) {
        this.options = options;
        this.database = database;
        this.unused = handles.get(0);
        Iterator<ColumnFamilyHandle> ours = handles.listIterator(1);
        for (Family family : Family.values()) {
            this.handles.put(family, ours.next());
        }
    }

    static LogStore open(Path path, long blockCacheBytes) {
        StoreOptions options = new StoreOptions(blockCacheBytes);
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try {
            return new LogStore(
                    options, RocksDB.open(options.database(), path.toString(), options.families(), handles), handles);
        } catch (RocksDBException broken) {
            options.close();
            throw new EventLogOpenException(
                    "event log database " + path + " cannot be opened: " + broken.getMessage(), broken);
        }
    }

    /** Whether a database was ever made at the path. */
    static boolean existsAt(Path path) {
        return Files.exists(path.resolve("CURRENT"));
    }

    ColumnFamilyHandle handle(Family family) {
        return handles.get(family);
    }

    /** The value, or null. */
    byte[] get(Family family, byte[] key) throws RocksDBException {
        enter();
        try {
            return database.get(handle(family), key);
        } finally {
            leave();
        }
    }

    /**
     * Opens a walk over the keys in [from, to), not yet at any of them. Close it on the same thread, soon.
     *
     * @param keepInCache false for long reads, which would push everything else out
     */
    Scan scan(Family family, byte[] from, byte[] to, boolean keepInCache) {
        enter();
        return new Scan(database, handle(family), from, to, keepInCache, this::leave);
    }

    private void enter() {
        openness.readLock().lock();
        if (closed) {
            leave();
            throw new FederationException(ErrorCode.UNAVAILABLE, "the event log is closed");
        }
    }

    private void leave() {
        openness.readLock().unlock();
    }

    /** Stores a change while there is no writing thread yet; it is on disk when this returns. */
    void writeDurably(WriteBatch batch) throws RocksDBException {
        enter();
        try {
            write(batch);
            sync();
        } finally {
            leave();
        }
    }

    /**
     * Drops every file that holds nothing but keys of these families in [from, to), at once. What lies in files with other
     * keys stays, and so may older versions of what is dropped: delete the range afterwards.
     */
    void dropFiles(List<Family> families, byte[] from, byte[] to) throws RocksDBException {
        enter();
        try {
            for (Family family : families) {
                database.deleteFilesInRanges(handle(family), List.of(from, to), false);
            }
        } finally {
            leave();
        }
    }

    @Override
    public void write(WriteBatch batch) throws RocksDBException {
        database.write(unsynced, batch);
    }

    @Override
    public void sync() throws RocksDBException {
        database.syncWal();
    }

    /**
     * Makes a copy of the database as it is now in a directory that does not exist: table files as hard links where the
     * file system can, as copies elsewhere. Waits for what is in memory to be flushed; writes go on meanwhile.
     */
    void copyTo(Path path) throws RocksDBException {
        enter();
        try (Checkpoint checkpoint = Checkpoint.create(database)) {
            checkpoint.createCheckpoint(path.toString());
        } finally {
            leave();
        }
    }

    @Override
    public void close() {
        openness.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                closeNativeObjects();
            }
        } finally {
            openness.writeLock().unlock();
        }
    }

    private void closeNativeObjects() {
        unused.close();
        handles.values().forEach(ColumnFamilyHandle::close);
        database.close();
        unsynced.close();
        options.close();
    }
}
