package org.agentos.federation.eventlog.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.store.LogReader.KnownRun;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a log that has none its feed, out of the records it holds: run after run in the order of their numbers, which is
 * the order in which they began. Done in bounded steps, each durable; one that a crash left half way goes on after its last
 * entry, since nothing else is written before the log's format is raised.
 */
final class FeedMigration {
    /** Rows or records of one step. */
    static final int STEP = 4096;

    private static final Logger LOG = LoggerFactory.getLogger(FeedMigration.class);
    private static final byte[] AFTER_ALL = KeyCodec.number(-1);

    private final LogStore store;
    private final LogReader reader;
    private final int step;

    FeedMigration(LogStore store, int step) {
        this.store = store;
        this.reader = new LogReader(store);
        this.step = step;
    }

    void build() throws RocksDBException {
        noteKeys();
        long entries = 0;
        Optional<FeedEntry> newest = FeedReader.newest(store);
        for (Optional<FeedEntry> next = addAfter(newest); !next.equals(newest); next = addAfter(newest)) {
            entries += next.get().offset() - newest.map(FeedEntry::offset).orElse(0L);
            newest = next;
            LOG.info(
                    "event feed being built entries={} runNumber={}",
                    entries,
                    newest.get().runNumber());
        }
    }

    /** Which run has which number; written again, it is the same. */
    private void noteKeys() throws RocksDBException {
        Optional<RunKey> after = Optional.empty();
        for (List<KnownRun> runs = reader.rows(after, step); !runs.isEmpty(); runs = reader.rows(after, step)) {
            try (WriteBatch batch = new WriteBatch()) {
                for (KnownRun run : runs) {
                    if (!run.row().deleted()) {
                        batch.put(
                                store.handle(Family.RUN_KEY),
                                KeyCodec.number(run.row().number()),
                                KeyCodec.run(run.run()));
                    }
                }
                store.writeDurably(batch);
            }
            after = Optional.of(runs.get(runs.size() - 1).run());
        }
    }

    /** Adds the next entries after the newest; what it was when there are no more. */
    private Optional<FeedEntry> addAfter(Optional<FeedEntry> newest) throws RocksDBException {
        byte[] from = newest.map(entry -> KeyCodec.recordAfter(entry.runNumber(), entry.last()))
                .orElseGet(() -> KeyCodec.number(0));
        Optional<FeedEntry> last = newest;
        Map<Long, Long> created = new HashMap<>();
        try (WriteBatch batch = new WriteBatch();
                Scan records = store.scan(Family.LOG, from, AFTER_ALL, false)) {
            for (boolean more = records.first(); more && batch.count() < step; more = records.next()) {
                FeedEntry entry = entryAfter(last, records.key(), new LogRecord(records.value()), created);
                batch.put(store.handle(Family.FEED), entry.key(), entry.value());
                last = Optional.of(entry);
            }
            if (batch.count() > 0) {
                store.writeDurably(batch);
            }
        }
        return last;
    }

    private FeedEntry entryAfter(Optional<FeedEntry> last, byte[] key, LogRecord record, Map<Long, Long> created)
            throws RocksDBException {
        long number = KeyCodec.numberOf(key);
        long stored = record.storedMillis().isPresent() ? record.storedMillis().getAsLong() : created(number, created);
        return new FeedEntry(
                last.map(FeedEntry::offset).orElse(0L) + 1,
                number,
                KeyCodec.lastOf(key),
                Math.max(last.map(FeedEntry::storedMillis).orElse(0L), stored));
    }

    /** When a run with records of the first format began; 0 for one that is deleted or set aside, which nobody reads. */
    private long created(long number, Map<Long, Long> known) throws RocksDBException {
        Long found = known.get(number);
        if (found == null) {
            byte[] key = store.get(Family.RUN_KEY, KeyCodec.number(number));
            byte[] row = key == null ? null : store.get(Family.RUN, key);
            found = row == null ? 0L : RunRow.decode(row).createdMillis();
            known.put(number, found);
        }
        return found;
    }
}
