package org.agentos.federation.eventlog.store;

import java.util.ArrayList;
import java.util.List;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.store.WrittenGroup.Growth;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Puts what runs have gained into the batch of their group: their events as records, the ids of those, a place in the feed for
 * each record, and the row of a run that is new. Used by the writing thread alone.
 */
final class RecordWriter {
    private final LogStore store;
    private final RunNumbers numbers;
    private final FeedWriter feed;

    RecordWriter(LogStore store, RunNumbers numbers, FeedWriter feed) {
        this.store = store;
        this.numbers = numbers;
        this.feed = feed;
    }

    /** Stores what is pending of a run, at least one event. */
    Growth put(RunState run, long nowMillis, WriteBatch batch) throws RocksDBException {
        if (!run.rowStored()) {
            numbers.putRow(run, nowMillis, batch);
        }
        long storedAt = run.storedAt(nowMillis);
        List<LogRecord> records = new ArrayList<>();
        Position base = run.lastWritten();
        for (List<PendingEvent> events : cut(run.pending())) {
            LogRecord record = LogRecord.of(base, run.volume(), storedAt, events);
            run.grow(record.own());
            base = events.get(events.size() - 1).position();
            byte[] key = KeyCodec.record(run.number(), base);
            batch.put(store.handle(Family.LOG), key, record.bytes());
            batch.put(store.handle(Family.IDS), key, IdsRecord.of(events));
            feed.put(run.number(), base, storedAt, batch);
            records.add(record);
        }
        return new Growth(run, records, base);
    }

    private static List<List<PendingEvent>> cut(List<PendingEvent> pending) {
        List<List<PendingEvent>> parts = new ArrayList<>();
        int from = 0;
        int bytes = 0;
        for (int i = 0; i < pending.size(); i++) {
            int more = pending.get(i).bytes();
            if (i > from && (i - from == LogRecord.MAX_EVENTS || bytes + more > LogRecord.MAX_BYTES)) {
                parts.add(pending.subList(from, i));
                from = i;
                bytes = 0;
            }
            bytes += more;
        }
        parts.add(pending.subList(from, pending.size()));
        return parts;
    }

    /** Notes the last group that is in the database. */
    void putGroup(long number, WriteBatch batch) throws RocksDBException {
        batch.put(store.handle(Family.META), MetaKeys.GROUP, KeyCodec.number(number));
    }

    /** The feed's last offset, with all that was put. */
    long feedEnd() {
        return feed.last();
    }
}
