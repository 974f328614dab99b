package org.agentos.federation.eventlog;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Gives runs their rising numbers, and notes the first one of each hour. A number is used up when it is given, whether
 * or not the run comes to be stored, so none is ever given twice. Used by the writing thread alone.
 */
final class RunNumbers {
    private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

    private final LogStore store;
    private long next;
    private long notedHour;

    RunNumbers(LogStore store) throws RocksDBException {
        this.store = store;
        byte[] stored = store.get(Family.META, MetaKeys.NEXT_RUN);
        this.next = stored == null ? 1 : ByteBuffer.wrap(stored).getLong();
    }

    long next() {
        return next++;
    }

    /** Stores a run's row, with the numbering it belongs to if it is a new one. */
    void putRow(RunState run, long nowMillis, WriteBatch batch) throws RocksDBException {
        byte[] key = KeyCodec.run(run.key());
        byte[] before = store.get(Family.RUN, key);
        long created = before == null ? nowMillis : RunRow.decode(before).createdMillis();
        RunRow row = RunRow.live(run.number(), created, Optional.ofNullable(run.holder()));
        batch.put(store.handle(Family.RUN), key, row.encode());
        if (before == null) {
            batch.put(store.handle(Family.META), MetaKeys.NEXT_RUN, KeyCodec.number(next));
            noteHour(run.number(), nowMillis / HOUR_MILLIS, batch);
        }
    }

    private void noteHour(long number, long hour, WriteBatch batch) throws RocksDBException {
        byte[] key = MetaKeys.firstRunOfHour(hour);
        if (hour > notedHour && store.get(Family.META, key) == null) {
            batch.put(store.handle(Family.META), key, KeyCodec.number(number));
        }
        notedHour = Math.max(notedHour, hour);
    }

    /** To be called when a batch was not stored: the hour it noted is to be noted again. */
    void batchLost() {
        notedHour = 0;
    }
}
