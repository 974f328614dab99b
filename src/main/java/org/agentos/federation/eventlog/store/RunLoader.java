package org.agentos.federation.eventlog.store;

import java.util.Optional;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.rocksdb.RocksDBException;

/** Brings a run into memory: its extent, and its event_ids from the column family {@code ids}. */
final class RunLoader {
    private static final Position ALL = new Position(Long.MAX_VALUE, Integer.MAX_VALUE);

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
        long events = newest.flatMap(LogRecord::upTo).orElse(Volume.NONE).events();
        DedupeTable ids = row.deleted() ? new DedupeTable() : ids(row.number(), events, ALL);
        return RunState.stored(reader.log(key).orElseThrow(), newest, ids);
    }

    /** Gives the packed ids of a run in memory their positions back. */
    void unpack(RunState run) throws RocksDBException {
        run.unpack(ids(run.number(), run.ids().size(), run.ids().packedUpTo()));
    }

    private DedupeTable ids(long number, long expected, Position upTo) throws RocksDBException {
        DedupeTable table = DedupeTable.forIds(expected);
        try (Scan ids = reader.ids(number)) {
            Position base = Position.START;
            for (boolean more = ids.first(); more && upTo.isAfter(base); more = ids.next()) {
                IdsRecord.addTo(table, ids.value(), base);
                base = KeyCodec.lastOf(ids.key());
            }
        }
        return table;
    }
}
