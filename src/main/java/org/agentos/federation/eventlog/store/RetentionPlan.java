package org.agentos.federation.eventlog.store;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;
import org.agentos.federation.settings.RetentionSettings;
import org.agentos.federation.settings.RetentionWindow;
import org.rocksdb.RocksDBException;

/**
 * Decides what is to be taken out of a run. It goes by whole records, so at least the window is kept.
 *
 * <ul>
 *   <li>A run that a terminal event sealed keeps its last record, which holds its end, until that has aged out; then the
 *       run is deleted.
 *   <li>A run without an end may be trimmed to nothing and stays alive; it is deleted once it has been silent for long.
 *   <li>A log that was set aside goes as a whole.
 *   <li>A tombstone goes when no late event is to be expected any more.
 * </ul>
 */
final class RetentionPlan {
    /** Records looked at for one trim: what one step may read. */
    private static final int MAX_RECORDS = 1024;

    private final LogReader reader;
    private final Function<RunKey, Optional<RunLog>> durable;
    private final RetentionSettings settings;
    private final long nowMillis;

    /** @param durable finds what readers may see of a run: nothing beyond it is judged */
    RetentionPlan(
            LogReader reader, Function<RunKey, Optional<RunLog>> durable, RetentionSettings settings, long nowMillis) {
        this.reader = reader;
        this.durable = durable;
        this.settings = settings;
        this.nowMillis = nowMillis;
    }

    /** The next change to a run; a trim may be one of several. */
    Optional<LogChange> of(RunKey run, RunRow row) throws RocksDBException {
        if (row.deleted()) {
            return before(settings.tombstones(), row.changedMillis())
                    ? Optional.of(new LogChange.Forget(run))
                    : Optional.empty();
        }
        RetentionWindow window = settings.windowOf(run.tenantId());
        boolean young = !before(window.maxAge(), row.createdMillis());
        if (young && (window.uncapped() || !full(window, reader.kept(row.number())))) {
            return Optional.empty(); // as most runs are, told by one look at the disk at the most
        }
        Optional<RunLog> log =
                durable.apply(run).filter(found -> !found.deleted() && found.runNumber() == row.number());
        if (log.isEmpty()) {
            return Optional.empty();
        }
        return !young && over(log.get(), row, window)
                ? Optional.of(new LogChange.Delete(run, log))
                : trim(log.get(), row, window);
    }

    /** What becomes of a log that was set aside: it goes as a whole once it has lain there for the window of its tenant. */
    Optional<LogChange> of(AsideLog aside) {
        Duration age = settings.windowOf(aside.run().tenantId()).maxAge();
        return before(age, aside.row().changedMillis())
                ? Optional.of(new LogChange.DropAside(aside))
                : Optional.empty();
    }

    /** Whether nobody needs the run any more: all of it has aged out, and it has ended or been silent for long. */
    private boolean over(RunLog log, RunRow row, RetentionWindow window) throws RocksDBException {
        long newest = log.isEmpty()
                ? Math.max(row.createdMillis(), row.changedMillis())
                : reader.lastRecord(row.number())
                        .map(record -> storedMillis(record, row))
                        .orElse(nowMillis);
        return before(window.maxAge(), newest) && (log.end().isPresent() || before(settings.silentRuns(), newest));
    }

    private Optional<LogChange> trim(RunLog log, RunRow row, RetentionWindow window) throws RocksDBException {
        Volume kept = window.uncapped() ? Volume.NONE : reader.kept(row.number());
        Volume dropped = Volume.NONE;
        Position upTo = null;
        long newest = 0;
        try (Scan records = reader.head(row.number(), log.latest())) {
            int seen = 0;
            for (boolean more = records.first(); more && seen < MAX_RECORDS; more = records.next(), seen++) {
                Position last = KeyCodec.lastOf(records.key());
                LogRecord record = new LogRecord(records.value());
                Volume withThis = dropped.plus(record.own());
                boolean holdsEnd = log.end().isPresent() && last.equals(log.latest());
                boolean goes = before(window.maxAge(), storedMillis(record, row)) || full(window, kept.minus(withThis));
                if (holdsEnd || !goes) {
                    break;
                }
                dropped = withThis;
                upTo = last;
                newest = storedMillis(record, row);
            }
        }
        if (upTo == null) {
            return Optional.empty();
        }
        Optional<Long> emptied = upTo.equals(log.latest()) ? Optional.of(newest) : Optional.empty();
        return Optional.of(new LogChange.Trim(log.run(), row.number(), upTo, dropped, emptied));
    }

    /** Whether so much fills one of the caps. */
    private static boolean full(RetentionWindow window, Volume rest) {
        return (window.maxEvents() > 0 && rest.events() >= window.maxEvents())
                || (window.maxBytes() > 0 && rest.bytes() >= window.maxBytes());
    }

    private static long storedMillis(LogRecord record, RunRow row) {
        return record.storedMillis().orElse(row.createdMillis());
    }

    private boolean before(Duration age, long millis) {
        return millis <= nowMillis - age.toMillis();
    }
}
