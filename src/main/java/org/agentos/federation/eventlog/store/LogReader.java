package org.agentos.federation.eventlog.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.LogPage;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;
import org.agentos.federation.eventlog.StoredEvent;
import org.rocksdb.RocksDBException;

/** Reads runs from the database, written and not yet synced ones included: its callers know how far they may look. */
final class LogReader {
    private final LogStore store;

    LogReader(LogStore store) {
        this.store = store;
    }

    Optional<RunRow> row(RunKey run) throws RocksDBException {
        return Optional.ofNullable(store.get(Family.RUN, KeyCodec.run(run))).map(RunRow::decode);
    }

    /** A row with the run it belongs to. */
    record KnownRun(RunKey run, RunRow row) {}

    /** Rows of runs and tombstones in the order of their keys, after a run; from the first without one. */
    List<KnownRun> rows(Optional<RunKey> after, int limit) throws RocksDBException {
        byte[] from = after.map(KeyCodec::run)
                .map(key -> Arrays.copyOf(key, key.length + 1))
                .orElseGet(() -> new byte[0]);
        List<KnownRun> rows = new ArrayList<>();
        try (Scan scan = store.scan(Family.RUN, from, KeyCodec.AFTER_RUNS, false)) {
            for (boolean more = scan.first(); more && rows.size() < limit; more = scan.next()) {
                rows.add(new KnownRun(KeyCodec.runOf(scan.key()), RunRow.decode(scan.value())));
            }
        }
        return rows;
    }

    /** Logs that were set aside, in the order of their keys, after one of them; from the first without one. */
    List<AsideLog> aside(Optional<AsideLog> after, int limit) throws RocksDBException {
        byte[] from = after.map(AsideLog::key)
                .map(key -> Arrays.copyOf(key, key.length + 1))
                .orElse(KeyCodec.AFTER_RUNS);
        return aside(from, KeyCodec.AFTER_ASIDE, limit);
    }

    /** The logs of a run that were set aside. */
    List<AsideLog> aside(RunKey run) throws RocksDBException {
        return aside(KeyCodec.aside(run, 0), KeyCodec.aside(run, Long.MAX_VALUE), Integer.MAX_VALUE);
    }

    private List<AsideLog> aside(byte[] from, byte[] to, int limit) throws RocksDBException {
        List<AsideLog> found = new ArrayList<>();
        try (Scan scan = store.scan(Family.RUN, from, to, false)) {
            for (boolean more = scan.first(); more && found.size() < limit; more = scan.next()) {
                found.add(new AsideLog(KeyCodec.runOfAside(scan.key()), RunRow.decode(scan.value())));
            }
        }
        return found;
    }

    /** The run's log from its first to its last written event. */
    Optional<RunLog> log(RunKey run) throws RocksDBException {
        Optional<RunRow> row = row(run);
        if (row.isEmpty()) {
            return Optional.empty();
        }
        RunRow found = row.get();
        return Optional.of(found.deleted() ? found.emptyLog(run, found.last()) : extent(run, found));
    }

    private RunLog extent(RunKey run, RunRow row) throws RocksDBException {
        try (Scan records = records(row.number(), true)) {
            if (!records.last()) {
                return row.emptyLog(run, lastId(row.number()));
            }
            Position latest = KeyCodec.lastOf(records.key());
            Optional<RunEnd> end = new LogRecord(records.value()).end();
            records.first();
            Position earliest = new LogRecord(records.value()).base();
            return new RunLog(run, row.number(), row.generation(), earliest, latest, row.holder(), end, false);
        }
    }

    private Position lastId(long number) throws RocksDBException {
        try (Scan ids = ids(number)) {
            return ids.last() ? KeyCodec.lastOf(ids.key()) : Position.START;
        }
    }

    Optional<LogRecord> lastRecord(long number) throws RocksDBException {
        try (Scan records = records(number, true)) {
            return records.last() ? Optional.of(new LogRecord(records.value())) : Optional.empty();
        }
    }

    /** How much of a run is kept. Records of older formats are walked over, for they do not tell what is before them. */
    Volume kept(long number) throws RocksDBException {
        try (Scan records = records(number, false)) {
            Volume walked = Volume.NONE;
            for (boolean more = records.first(); more; more = records.next()) {
                LogRecord record = new LogRecord(records.value());
                if (record.before().isPresent()) {
                    records.last();
                    LogRecord last = new LogRecord(records.value());
                    return walked.plus(last.before().orElseThrow())
                            .plus(last.own())
                            .minus(record.before().get());
                }
                walked = walked.plus(record.own());
            }
            return walked;
        }
    }

    /** A walk over a run's records up to a position, which does not fill the cache. */
    Scan head(long number, Position upTo) {
        return store.scan(Family.LOG, KeyCodec.firstRecord(number), KeyCodec.recordAfter(number, upTo), false);
    }

    private Scan records(long number, boolean keepInCache) {
        return store.scan(Family.LOG, KeyCodec.firstRecord(number), KeyCodec.afterRecords(number), keepInCache);
    }

    /** A walk over the ids of a run, those of trimmed events included. */
    Scan ids(long number) {
        return store.scan(Family.IDS, KeyCodec.firstRecord(number), KeyCodec.afterRecords(number), true);
    }

    /** Events of a log after a position, up to the log's latest. */
    LogPage read(RunLog log, Position after, int maxEvents, int maxBytes) throws RocksDBException {
        List<StoredEvent> page = new ArrayList<>();
        long bytes = 0;
        try (Scan records = store.scan(
                Family.LOG,
                KeyCodec.recordAfter(log.runNumber(), after),
                KeyCodec.recordAfter(log.runNumber(), log.latest()),
                false)) {
            for (boolean more = records.first(); more; more = records.next()) {
                for (StoredEvent event : StoredEvent.after(new LogRecord(records.value()).events(), after)) {
                    bytes += event.envelope().length();
                    boolean full = page.size() >= maxEvents || (bytes > maxBytes && !page.isEmpty());
                    if (full) {
                        return new LogPage(page, true);
                    }
                    page.add(event);
                }
            }
        }
        return new LogPage(page, false);
    }

    /** The record that holds the event right before the position; empty when it is trimmed. */
    Optional<LogRecord> recordOf(long number, Position position) throws RocksDBException {
        try (Scan records =
                store.scan(Family.LOG, KeyCodec.record(number, position), KeyCodec.afterRecords(number), true)) {
            return records.first() ? Optional.of(new LogRecord(records.value())) : Optional.empty();
        }
    }

    /** See {@link EventLog#cursorAt}; looked up among the ids, which trimmed events leave behind. */
    Cursor cursorAt(long number, Position position) throws RocksDBException {
        if (position.equals(Position.START)) {
            return Cursor.START;
        }
        byte[] key = KeyCodec.record(number, position);
        Cursor base = lastBefore(number, key);
        try (Scan ids = store.scan(Family.IDS, key, KeyCodec.afterRecords(number), true)) {
            return ids.first() ? IdsRecord.lastUpTo(ids.value(), base, position) : base;
        }
    }

    /** The place after the last record whose key is less. */
    private Cursor lastBefore(long number, byte[] key) throws RocksDBException {
        try (Scan earlier = store.scan(Family.IDS, KeyCodec.firstRecord(number), key, true)) {
            return earlier.last()
                    ? Cursor.after(KeyCodec.lastOf(earlier.key()), IdsRecord.lastHash(earlier.value()))
                    : Cursor.START;
        }
    }

    /** Whether an event of exactly this sequence was ever stored. */
    boolean holdsSequence(long number, long sequence) throws RocksDBException {
        try (Scan ids = store.scan(
                Family.IDS, KeyCodec.record(number, new Position(sequence, 0)), KeyCodec.afterRecords(number), true)) {
            return ids.first() && IdsRecord.holdsSequence(ids.value(), sequence);
        }
    }
}
