package org.agentos.federation.eventlog;

import java.util.Optional;
import org.rocksdb.RocksDBException;

/** Brings a run into memory: its extent, and its event_ids from the column family {@code ids}. */
final class RunLoader {
    private final LogReader reader;
    private final NamedHolders named;

    RunLoader(LogReader reader, NamedHolders named) {
        this.reader = reader;
        this.named = named;
    }

    RunState load(RunKey key) throws RocksDBException {
        RunRow row = reader.row(key).orElse(null);
        if (row == null) {
            RunState unknown = RunState.unknown(key);
            named.find(key).ifPresent(unknown::holdBy);
            return unknown;
        }
        Optional<LogRecord> newest = reader.lastRecord(row.number());
        DedupeTable ids = DedupeTable.forIds(newest.map(RunLoader::written).orElse(0L));
        if (!row.deleted()) {
            fill(ids, row.number());
        }
        return RunState.stored(reader.log(key).orElseThrow(), newest, ids);
    }

    /** How many events a run's records held up to this one, as far as it knows. */
    private static long written(LogRecord newest) {
        return newest.before().map(newest.own()::plus).orElse(newest.own()).events();
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
