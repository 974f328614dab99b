package org.agentos.federation.eventlog;

import com.google.common.util.concurrent.Uninterruptibles;
import java.util.concurrent.CountDownLatch;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** A store whose next write or sync can be made to fail, and whose syncs can be held back. */
final class FaultyStore implements GroupStore {
    private final GroupStore store;
    private volatile CountDownLatch gate = new CountDownLatch(0);
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

    void releaseSyncs() {
        gate.countDown();
    }

    @Override
    public void write(WriteBatch batch) throws RocksDBException {
        if (failWrite) {
            failWrite = false;
            throw new RocksDBException("no space left on device");
        }
        store.write(batch);
    }

    @Override
    public void sync() throws RocksDBException {
        Uninterruptibles.awaitUninterruptibly(gate);
        if (failSync) {
            failSync = false;
            throw new RocksDBException("input/output error");
        }
        store.sync();
    }
}
