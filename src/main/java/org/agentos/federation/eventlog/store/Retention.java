package org.agentos.federation.eventlog.store;

import com.google.common.collect.Range;
import com.google.common.collect.RangeSet;
import com.google.common.collect.TreeRangeSet;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.store.LogReader.KnownRun;
import org.agentos.federation.settings.RetentionSettings;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the retention windows in the background: reads through the runs a portion at a time, decides what goes, and has
 * the log's writing thread take it out like any other group. It never holds up readers or appends, takes half of one core
 * at the most, and goes on below the disk reserve, where room is needed most.
 */
public final class Retention implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    /** Runs looked at for one group of changes. */
    private static final int PORTION = 256;

    /** Trims of one run in one pass; the rest of an enormous head goes in the next. */
    private static final int MAX_TRIMS = 1000;

    private final RocksEventLog log;
    private final LogStore store;
    private final LogReader reader;
    private final FeedReader feed;
    private final RetentionSettings settings;
    private final InstantSource clock;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final RangeSet<Long> swept = TreeRangeSet.create();
    private Thread thread;
    private volatile Pass last = new Pass(0, Duration.ZERO);

    /**
     * A pass that went through.
     *
     * @param atMillis when it ended, milliseconds since 1970; 0 = there was none yet
     */
    public record Pass(long atMillis, Duration took) {}

    Retention(RocksEventLog log, LogStore store, RetentionSettings settings, InstantSource clock) {
        this.log = log;
        this.store = store;
        this.reader = new LogReader(store);
        this.feed = new FeedReader(store);
        this.settings = settings;
        this.clock = clock;
    }

    /** Begins to make passes; the first one comes after the interval. */
    public void start() {
        thread = new Thread(this::run, "event-log-retention");
        thread.setDaemon(true);
        thread.start();
    }

    /** The last pass that went through. */
    public Pass lastPass() {
        return last;
    }

    private void run() {
        try {
            while (!stopping.await(settings.interval().toMillis(), TimeUnit.MILLISECONDS)) {
                tryPass();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void tryPass() throws InterruptedException {
        try {
            pass();
        } catch (ExecutionException | RocksDBException | RuntimeException failed) {
            LOG.warn("retention pass given up, the next one begins anew cause={}", failed.toString());
        }
    }

    /** Goes through all runs once. */
    void pass() throws InterruptedException, ExecutionException, RocksDBException {
        long begun = clock.millis();
        long known = RunNumbers.written(store); // read first: all lower numbers are in the rows read from here on
        RetentionPlan plan = new RetentionPlan(reader, log::find, settings, begun);
        DeadRanges dead = new DeadRanges();
        int changes = 0;
        Optional<RunKey> after = Optional.empty();
        for (List<KnownRun> runs = reader.rows(after, PORTION); !runs.isEmpty(); runs = reader.rows(after, PORTION)) {
            long started = System.nanoTime();
            changes += change(plan, runs, dead);
            after = Optional.of(runs.get(runs.size() - 1).run());
            if (stopping.await(System.nanoTime() - started, TimeUnit.NANOSECONDS)) {
                return;
            }
        }
        changes += changeAside(plan, dead); // after the runs: what is set aside meanwhile stands here
        sweep(dead.below(known));
        changes += trimFeed();
        last = new Pass(clock.millis(), Duration.ofMillis(Math.max(0, clock.millis() - begun)));
        if (changes > 0) {
            LOG.info("retention applied changes={} ms={}", changes, last.took().toMillis());
        }
    }

    private int change(RetentionPlan plan, List<KnownRun> runs, DeadRanges dead)
            throws InterruptedException, ExecutionException, RocksDBException {
        for (KnownRun run : runs) {
            if (!run.row().deleted()) {
                dead.living(run.row().number());
            }
        }
        int all = 0;
        int made = 1;
        List<KnownRun> open = runs;
        for (int round = 0; made > 0 && round < MAX_TRIMS && stopping.getCount() > 0; round++) {
            List<LogChange> changes = new ArrayList<>();
            List<KnownRun> trimmed = new ArrayList<>();
            for (KnownRun run : open) {
                Optional<LogChange> change = plan.of(run.run(), run.row());
                change.ifPresent(changes::add);
                change.filter(LogChange.Trim.class::isInstance).ifPresent(trim -> trimmed.add(run));
            }
            made = changes.isEmpty() ? 0 : await(changes);
            all += made;
            open = trimmed;
        }
        return all;
    }

    private int changeAside(RetentionPlan plan, DeadRanges dead)
            throws InterruptedException, ExecutionException, RocksDBException {
        int made = 0;
        Optional<AsideLog> after = Optional.empty();
        for (List<AsideLog> logs = reader.aside(after, PORTION); !logs.isEmpty(); logs = reader.aside(after, PORTION)) {
            logs.forEach(aside -> dead.living(aside.row().number()));
            List<LogChange> changes =
                    logs.stream().map(plan::of).flatMap(Optional::stream).toList();
            made += changes.isEmpty() ? 0 : await(changes);
            after = Optional.of(logs.get(logs.size() - 1));
        }
        return made;
    }

    /**
     * Gives back the room of runs long gone: whole files at once, then what is left in shared ones. The tombstones that
     * were read must be durable before a file goes, or a crash could bring back a run without its events.
     */
    private void sweep(List<LogChange.Sweep> ranges) throws InterruptedException, ExecutionException, RocksDBException {
        List<LogChange.Sweep> news =
                ranges.stream().filter(range -> !swept.encloses(span(range))).toList();
        if (news.isEmpty()) {
            return;
        }
        await(List.of());
        for (LogChange.Sweep range : news) {
            store.dropFiles(
                    Family.BY_RUN_NUMBER,
                    KeyCodec.firstRecord(range.fromNumber()),
                    KeyCodec.firstRecord(range.toNumber()));
        }
        await(news);
        news.forEach(range -> swept.add(span(range)));
    }

    /** Takes entries off the head of the feed whose events are gone, up to the first that has some. */
    private int trimFeed() throws InterruptedException, ExecutionException, RocksDBException {
        int made = 0;
        for (int step = 0; step < MAX_TRIMS && stopping.getCount() > 0; step++) {
            FeedTrim trim = FeedTrim.next(feed, log.feed().end());
            made += trim.change().isPresent() ? await(List.of(trim.change().get())) : 0;
            if (!trim.more()) {
                break;
            }
        }
        return made;
    }

    private static Range<Long> span(LogChange.Sweep range) {
        return Range.closedOpen(range.fromNumber(), range.toNumber());
    }

    private int await(List<? extends LogChange> changes) throws InterruptedException, ExecutionException {
        return log.change(List.copyOf(changes)).toCompletableFuture().get();
    }

    /** Ends after the step that is under way. */
    @Override
    public void close() throws InterruptedException {
        stopping.countDown();
        if (thread != null) {
            thread.join();
        }
    }
}
