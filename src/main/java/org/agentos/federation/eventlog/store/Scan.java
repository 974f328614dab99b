package org.agentos.federation.eventlog.store;

import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** A walk over a range of keys, with the native memory it needs. */
final class Scan implements AutoCloseable {
    private final Slice from;
    private final Slice to;
    private final ReadOptions options;
    private final RocksIterator iterator;
    private final Runnable left;

    Scan(RocksDB database, ColumnFamilyHandle family, byte[] from, byte[] to, boolean keepInCache, Runnable left) {
        this.from = new Slice(from);
        this.to = new Slice(to);
        this.options = new ReadOptions()
                .setIterateLowerBound(this.from)
                .setIterateUpperBound(this.to)
                .setFillCache(keepInCache);
        this.iterator = database.newIterator(family, options);
        this.left = left;
    }

    /** Moves to the first key; false when there is none. */
    boolean first() throws RocksDBException {
        iterator.seekToFirst();
        return valid();
    }

    /** Moves to the last key; false when there is none. */
    boolean last() throws RocksDBException {
        iterator.seekToLast();
        return valid();
    }

    /** Moves on; false after the last key. */
    boolean next() throws RocksDBException {
        iterator.next();
        return valid();
    }

    private boolean valid() throws RocksDBException {
        boolean valid = iterator.isValid();
        if (!valid) {
            iterator.status(); // an end because of an error is not an end
        }
        return valid;
    }

    byte[] key() {
        return iterator.key();
    }

    byte[] value() {
        return iterator.value();
    }

    @Override
    public void close() {
        iterator.close();
        options.close();
        to.close();
        from.close();
        left.run();
    }
}
