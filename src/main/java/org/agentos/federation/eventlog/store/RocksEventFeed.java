package org.agentos.federation.eventlog.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.agentos.federation.eventlog.EventFeed;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The feed as it is kept beside the logs; docs/log-format.md gives the format. */
final class RocksEventFeed implements EventFeed {
    private static final Logger LOG = LoggerFactory.getLogger(RocksEventFeed.class);

    private final FeedReader reader;
    private final LogReader runs;
    private final FeedEnd end;

    RocksEventFeed(LogStore store, FeedEnd end) {
        this.reader = new FeedReader(store);
        this.runs = new LogReader(store);
        this.end = end;
    }

    private static <T> T ask(StoreQuestion<T> question) {
        return question.orUnavailable(
                failure -> LOG.error("event feed read failed", failure), "the event feed could not be read");
    }

    @Override
    public long end() {
        return end.offset();
    }

    @Override
    public FeedPage read(long after, Predicate<RunKey> wanted, Limits limits) {
        return ask(() -> page(after, wanted, limits));
    }

    private FeedPage page(long after, Predicate<RunKey> wanted, Limits limits) throws RocksDBException {
        List<FeedRecord> records = new ArrayList<>();
        long readTo = after;
        long bytes = 0;
        int gone = 0;
        for (FeedEntry entry : reader.entries(after, end.offset(), limits.entries())) {
            if (bytes >= limits.bytes()) {
                break;
            }
            readTo = entry.offset();
            Optional<RunKey> run = reader.runOf(entry);
            if (run.isPresent() && !wanted.test(run.get())) {
                continue;
            }
            Optional<FeedRecord> record = run.isPresent() ? record(entry, run.get()) : Optional.empty();
            gone += record.isEmpty() ? 1 : 0;
            record.ifPresent(records::add);
            bytes += record.map(RocksEventFeed::bytes).orElse(0L);
        }
        return new FeedPage(records, readTo, gone);
    }

    private Optional<FeedRecord> record(FeedEntry entry, RunKey run) throws RocksDBException {
        Optional<LogRecord> record = reader.recordOf(entry);
        return record.isEmpty()
                ? Optional.empty()
                : Optional.of(new FeedRecord(
                        entry.offset(),
                        run,
                        reader.storedMillis(record.get(), run),
                        record.get().events()));
    }

    private static long bytes(FeedRecord record) {
        return record.events().stream()
                .mapToLong(event -> event.envelope().length())
                .sum();
    }

    @Override
    public List<FeedRecord> read(long offset) {
        return offset > end.offset()
                ? List.of()
                : read(offset - 1, run -> true, new Limits(1, 1)).records().stream()
                        .filter(record -> record.offset() == offset)
                        .toList();
    }

    @Override
    public long before(Instant time) {
        return ask(() -> before(time.toEpochMilli(), end.offset()));
    }

    /** All entries up to {@code older} are older; the first entry after {@code bound} is not, or there is none. */
    private long before(long millis, long newest) throws RocksDBException {
        long older = 0;
        long bound = newest;
        while (older < bound) {
            long middle = older + (bound - older) / 2;
            List<FeedEntry> next = reader.entries(middle, newest, 1);
            if (next.isEmpty() || next.get(0).storedMillis() >= millis) {
                bound = middle;
            } else {
                older = next.get(0).offset();
            }
        }
        return older;
    }

    @Override
    public long before(RunKey run, Position after) {
        return ask(() -> {
            long newest = end.offset();
            Optional<RunRow> row = runs.row(run).filter(found -> !found.deleted());
            Optional<LogRecord> next = row.isEmpty()
                    ? Optional.empty()
                    : runs.recordOf(row.get().number(), new Position(after.sequence(), after.unsequenced() + 1));
            return next.isEmpty() ? newest : before(reader.storedMillis(next.get(), run), newest);
        });
    }

    @Override
    public long storedMillisAfter(long offset) {
        return ask(() -> reader.entries(offset, end.offset(), 1).stream()
                .findFirst()
                .map(FeedEntry::storedMillis)
                .orElse(0L));
    }

    @Override
    public EventLog.Watch watch(Runnable moved) {
        return end.watch(moved);
    }
}
