package org.agentos.federation.eventlog.store;

import com.google.common.util.concurrent.Uninterruptibles;
import java.util.concurrent.CountDownLatch;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** A store whose next write or sync can be made to fail, and whose writes and syncs can be held back. */
final class FaultyStore implements GroupStore {
    private final GroupStore store;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile CountDownLatch writeGate = new CountDownLatch(0);
    private volatile boolean writing;
    private volatile String syncedBy;
    private volatile boolean failWrite;
    private volatile boolean failSync;

    FaultyStore(GroupStore store) {
        this.store = store;
    }

    void failNextWrite() {
        failWrite = true;
    }

    void failNextSync() {
        failSync = true;
    }

    void holdSyncs() {
        gate = new CountDownLatch(1);
    }

    void holdWrites() {
        writeGate = new CountDownLatch(1);
    }

    boolean isWriting() {
        return writing;
    }

    void releaseWrites() {
        writeGate.countDown();
    }

    /** The name of the thread that has synced last. */
    String syncedBy() {
        return syncedBy;
    }

    void releaseSyncs() {
        gate.countDown();
    }

    @Override
    public void write(WriteBatch batch) throws RocksDBException {
        writing = true;
        Uninterruptibles.awaitUninterruptibly(writeGate);
        writing = false;
        if (failWrite) {
            failWrite = false;
            throw new RocksDBException("no space left on device");
        }
        store.write(batch);
    }

    @Override
    public void sync() throws RocksDBException {
        Uninterruptibles.awaitUninterruptibly(gate);
        syncedBy = Thread.currentThread().getName();
        if (failSync) {
            failSync = false;
            throw new RocksDBException("input/output error");
        }
        store.sync();
    }
}
