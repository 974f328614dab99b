package org.agentos.federation.eventlog.store;

import java.util.function.LongSupplier;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Refuses a group that the disk has no room for before the engine meets the end of the disk. An engine that cannot begin its
 * next write-ahead log there takes no write any more until it is opened anew, however much room comes back. The reserve of
 * {@link LogHealth} is looked at once a second only, and taking out goes on below it.
 *
 * @param refused told of each refusal, so that health says so at once
 */
record SparedDisk(GroupStore store, LongSupplier usableBytes, Runnable refused) implements GroupStore {
    /** Left beside a group: for the heads of new files, which the engine cannot do without. */
    static final long SPARE_BYTES = 4 << 20;

    @Override
    public void write(WriteBatch batch) throws RocksDBException {
        long needed = batch.getDataSize() + SPARE_BYTES;
        if (usableBytes.getAsLong() < needed) {
            refused.run();
            throw new RocksDBException("less than " + needed + " bytes of disk are free");
        }
        store.write(batch);
    }

    @Override
    public void sync() throws RocksDBException {
        store.sync();
    }
}
