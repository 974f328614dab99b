package org.agentos.federation.eventlog.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agentos.federation.eventlog.RunKey;
import org.rocksdb.RocksDBException;

/** Reads entries of the feed and what they stand for, written and not yet synced ones included. */
final class FeedReader {
    private static final byte[] AFTER_ALL = KeyCodec.number(-1); // unsigned, as the engine compares bytes

    private final LogStore store;

    FeedReader(LogStore store) {
        this.store = store;
    }

    static Optional<FeedEntry> newest(LogStore store) throws RocksDBException {
        try (Scan feed = store.scan(Family.FEED, KeyCodec.number(0), AFTER_ALL, true)) {
            return feed.last() ? Optional.of(FeedEntry.decode(feed.key(), feed.value())) : Optional.empty();
        }
    }

    /** Entries after an offset and up to another. */
    List<FeedEntry> entries(long after, long upTo, int limit) throws RocksDBException {
        List<FeedEntry> entries = new ArrayList<>();
        try (Scan feed = store.scan(Family.FEED, KeyCodec.number(after + 1), KeyCodec.number(upTo + 1), false)) {
            for (boolean more = feed.first(); more && entries.size() < limit; more = feed.next()) {
                entries.add(FeedEntry.decode(feed.key(), feed.value()));
            }
        }
        return entries;
    }

    /** The run an entry is of, while the entry's log is the run's; empty when it was deleted or set aside. */
    Optional<RunKey> runOf(FeedEntry entry) throws RocksDBException {
        byte[] key = store.get(Family.RUN_KEY, KeyCodec.number(entry.runNumber()));
        return key != null && row(key, entry).isPresent() ? Optional.of(KeyCodec.runOf(key)) : Optional.empty();
    }

    private Optional<RunRow> row(byte[] key, FeedEntry entry) throws RocksDBException {
        return Optional.ofNullable(store.get(Family.RUN, key))
                .map(RunRow::decode)
                .filter(row -> !row.deleted() && row.number() == entry.runNumber());
    }

    /** The record an entry is of; empty when it was trimmed. */
    Optional<LogRecord> recordOf(FeedEntry entry) throws RocksDBException {
        return Optional.ofNullable(store.get(Family.LOG, entry.recordKey())).map(LogRecord::new);
    }

    /** When a record was stored; for one of the first format, when its run began. */
    long storedMillis(LogRecord record, RunKey run) throws RocksDBException {
        if (record.storedMillis().isPresent()) {
            return record.storedMillis().getAsLong();
        }
        byte[] row = store.get(Family.RUN, KeyCodec.run(run));
        return row == null ? 0 : RunRow.decode(row).createdMillis();
    }
}
