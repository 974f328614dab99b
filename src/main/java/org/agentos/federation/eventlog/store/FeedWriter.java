package org.agentos.federation.eventlog.store;

import java.util.Optional;
import org.agentos.federation.eventlog.Position;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Gives records their places in the feed, in the group that stores them. Used by the writing thread alone. */
final class FeedWriter {
    private final LogStore store;
    private long last;
    private long lastMillis;

    FeedWriter(LogStore store) throws RocksDBException {
        this.store = store;
        Optional<FeedEntry> newest = FeedReader.newest(store);
        this.last = newest.map(FeedEntry::offset).orElse(0L);
        this.lastMillis = newest.map(FeedEntry::storedMillis).orElse(0L);
    }

    /** Used up when it is given, whether or not the group comes to be stored. Time never runs backwards along the feed. */
    void put(long runNumber, Position record, long storedMillis, WriteBatch batch) throws RocksDBException {
        last++;
        lastMillis = Math.max(lastMillis, storedMillis);
        FeedEntry entry = new FeedEntry(last, runNumber, record, lastMillis);
        batch.put(store.handle(Family.FEED), entry.key(), entry.value());
    }

    /** The last offset given; 0 = none. */
    long last() {
        return last;
    }
}
