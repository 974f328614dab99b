package org.agentos.federation.eventlog.store;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Gives runs their rising numbers, each in the group that stores its run's row. So a number below {@code next_run} as it
 * is written either stands in a row that is written too, or never will: what retention needs to know before it drops
 * whole ranges. Used by the writing thread alone.
 */
final class RunNumbers {
    private final LogStore store;
    private long next;

    RunNumbers(LogStore store) throws RocksDBException {
        this.store = store;
        this.next = written(store);
    }

    /** The number the next new run gets, as it is written. */
    static long written(LogStore store) throws RocksDBException {
        byte[] stored = store.get(Family.META, MetaKeys.NEXT_RUN);
        return stored == null ? 1 : ByteBuffer.wrap(stored).getLong();
    }

    /** Used up when it is given, whether or not the group comes to be stored. */
    long next() {
        return next++;
    }

    /** Stores a run's row, with the numbering it belongs to if it is a new one. */
    void putRow(RunState run, long nowMillis, WriteBatch batch) throws RocksDBException {
        byte[] key = KeyCodec.run(run.key());
        byte[] before = store.get(Family.RUN, key);
        Optional<String> holder = Optional.ofNullable(run.holder());
        RunRow row = before == null
                ? RunRow.live(run.number(), nowMillis, holder)
                : RunRow.decode(before).heldBy(holder);
        batch.put(store.handle(Family.RUN), key, row.encode());
        if (before == null) {
            putKey(run.number(), key, batch);
            putNext(batch);
        }
    }

    /** Notes whose number it is, for readers of the feed. */
    void putKey(long number, byte[] runKey, WriteBatch batch) throws RocksDBException {
        batch.put(store.handle(Family.RUN_KEY), KeyCodec.number(number), runKey);
    }

    void putNext(WriteBatch batch) throws RocksDBException {
        batch.put(store.handle(Family.META), MetaKeys.NEXT_RUN, KeyCodec.number(next));
    }
}
