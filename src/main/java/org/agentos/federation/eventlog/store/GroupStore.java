package org.agentos.federation.eventlog.store;

import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** The two steps that make a group durable; tests put a faulty one in front of the real one. */
interface GroupStore {
    /** Writes all or nothing. What is written is readable at once and may still be lost. */
    void write(WriteBatch batch) throws RocksDBException;

    /** Returns when all that was written before the call survives a power loss. */
    void sync() throws RocksDBException;
}
