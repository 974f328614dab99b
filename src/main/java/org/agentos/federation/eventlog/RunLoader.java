package org.agentos.federation.eventlog;

import org.rocksdb.RocksDBException;

/** Brings a run into memory: its extent, and its event_ids from the column family {@code ids}. */
final class RunLoader {
    private final LogReader reader;

    RunLoader(LogReader reader) {
        this.reader = reader;
    }

    RunState load(RunKey key) throws RocksDBException {
        RunRow row = reader.row(key).orElse(null);
        if (row == null) {
            return RunState.unknown(key);
        }
        DedupeTable ids = new DedupeTable();
        if (!row.deleted()) {
            fill(ids, row.number());
        }
        return RunState.stored(reader.log(key).orElseThrow(), reader.lastRecord(row.number()), ids);
    }

    private void fill(DedupeTable table, long number) throws RocksDBException {
        try (Scan ids = reader.ids(number)) {
            Position base = Position.START;
            for (boolean more = ids.first(); more; more = ids.next()) {
                IdsRecord.addTo(table, ids.value(), base);
                base = KeyCodec.lastOf(ids.key());
            }
        }
    }
}
