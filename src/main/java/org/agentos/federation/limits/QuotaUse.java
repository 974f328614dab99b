package org.agentos.federation.limits;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was used of all quotas today, UTC, over restarts. A use is on disk before anything is done for it: as a mark, which
 * runs ahead by a thousandth of the quota, so that few uses wait for the disk. A crash counts the mark as used: never too
 * little, and for each counter too much by a thousandth of its quota and what was under way. A stop in order counts
 * exactly. Thread-safe.
 */
public final class QuotaUse implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QuotaUse.class);
    private static final long AHEAD = 1_000;
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

    /** Lines that a file may have beyond twice its counters before it is rewritten. */
    private static final int SPARE_LINES = 10_000;

    /** Counters of one tenant: three kinds of its own, and at a peer or two. */
    private static final int COUNTERS_PER_TENANT = 8;

    private final InstantSource clock;
    private final QuotaJournal journal;
    private final int mostCounters;
    private final ExecutorService writer = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "quota-writer");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Wanted> wanted = new ArrayList<>();
    private volatile Day today;
    private boolean used;

    private record Day(long number, Map<QuotaName, QuotaCounter> counters) {}

    /** Counters that must be marked before something goes on; bounded by what is under way. */
    private record Wanted(Map<QuotaCounter, Long> counters, CompletableFuture<Void> done) {}

    private QuotaUse(InstantSource clock, QuotaJournal journal, int maxTenants) {
        this.clock = clock;
        this.journal = journal;
        this.mostCounters = (int) Math.min(Integer.MAX_VALUE, (long) maxTenants * COUNTERS_PER_TENANT);
    }

    /**
     * Reads what was used today.
     *
     * @param maxTenants counted apart; the use of others is counted together
     * @throws IOException when the file cannot be read or is broken
     */
    public static QuotaUse open(Path file, int maxTenants, InstantSource clock) throws IOException {
        QuotaUse use = new QuotaUse(clock, new QuotaJournal(file), maxTenants);
        long day = day(clock.instant());
        Map<QuotaName, QuotaCounter> counters = new ConcurrentHashMap<>();
        use.journal.read(day).forEach((name, mark) -> counters.put(name, new QuotaCounter(name, day, mark)));
        use.today = new Day(day, counters);
        use.used = !counters.isEmpty();
        return use;
    }

    /** Today's counter. */
    QuotaCounter counter(QuotaName name) {
        Day day = today();
        QuotaCounter known = day.counters.get(name);
        if (known != null) {
            return known;
        }
        boolean apart = name.whose() == QuotaName.Whose.PEER || day.counters.size() < mostCounters;
        return day.counters.computeIfAbsent(
                apart ? name : name.ofTheOthers(), own -> new QuotaCounter(own, day.number, 0));
    }

    /** What was used of it today. */
    long used(QuotaName name) {
        return Optional.ofNullable(today().counters.get(name))
                .map(QuotaCounter::used)
                .orElse(0L);
    }

    /** Until the day ends and all quotas are there again. */
    Duration untilTomorrow() {
        return Duration.between(clock.instant(), tomorrow());
    }

    /** The end of today. */
    Instant tomorrow() {
        return Instant.ofEpochSecond((today().number + 1) * Duration.ofDays(1).toSeconds());
    }

    /** A clock that goes back does not bring yesterday back; of one that was days ahead nobody waits for those days. */
    private Day today() {
        long number = day(clock.instant());
        Day day = today;
        return number == day.number || number == day.number - 1 ? day : turnTo(number);
    }

    private synchronized Day turnTo(long number) {
        if (number > today.number) {
            today = new Day(number, new ConcurrentHashMap<>());
        } else if (number < today.number - 1) {
            today = new Day(number, countersOn(number));
        }
        return today;
    }

    /** What was used until now as the use of another day, of which nothing is on disk yet. */
    private Map<QuotaName, QuotaCounter> countersOn(long number) {
        Map<QuotaName, QuotaCounter> counters = new ConcurrentHashMap<>();
        today.counters.forEach((name, before) -> {
            QuotaCounter counter = new QuotaCounter(name, number, 0);
            counter.add(before.used());
            counters.put(name, counter);
        });
        return counters;
    }

    private static long day(Instant at) {
        return Math.floorDiv(at.getEpochSecond(), Duration.ofDays(1).toSeconds());
    }

    /**
     * Ends when what these counters say is on disk, at once when it is already; with {@code storage_unavailable} when that
     * cannot be.
     *
     * @param counters each with its quota
     */
    CompletionStage<Void> keep(Map<QuotaCounter, Long> counters) {
        if (counters.keySet().stream().allMatch(QuotaCounter::isMarked)) {
            return CompletableFuture.completedStage(null);
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        boolean first;
        synchronized (wanted) {
            first = wanted.isEmpty();
            wanted.add(new Wanted(counters, done));
        }
        if (first) {
            writer.execute(this::write);
        }
        return done;
    }

    private void write() {
        List<Wanted> group;
        synchronized (wanted) {
            group = List.copyOf(wanted);
            wanted.clear();
        }
        try {
            Map<QuotaCounter, Long> marks = new LinkedHashMap<>();
            group.forEach(want -> want.counters.forEach((counter, quota) -> {
                if (!counter.isMarked()) {
                    marks.put(counter, counter.nextMark(quota / AHEAD));
                }
            }));
            store(marks);
            group.forEach(want -> want.done.complete(null));
        } catch (IOException | RuntimeException e) {
            LOG.error("The use of quotas cannot be stored cause={}", e.toString());
            group.forEach(want -> want.done.completeExceptionally(
                    new FederationException(ErrorCode.STORAGE_UNAVAILABLE, "The use of quotas cannot be stored.")
                            .retryAfter(Duration.ofSeconds(1))));
        }
    }

    private void store(Map<QuotaCounter, Long> marks) throws IOException {
        used = true;
        Collection<QuotaCounter> counters = today.counters.values();
        if (journal.isClosed() || journal.lines() > 2L * counters.size() + SPARE_LINES) {
            List<QuotaJournal.Mark> all = new ArrayList<>();
            counters.forEach(counter -> all.add(new QuotaJournal.Mark(
                    counter.day(), counter.name(), marks.getOrDefault(counter, counter.nextMark(0)))));
            journal.rewrite(all);
        } else if (!marks.isEmpty()) {
            List<QuotaJournal.Mark> lines = new ArrayList<>();
            marks.forEach((counter, mark) -> lines.add(new QuotaJournal.Mark(counter.day(), counter.name(), mark)));
            journal.append(lines);
        }
        marks.forEach(QuotaCounter::marked);
    }

    /** Leaves what was used exactly on disk. */
    @Override
    public void close() throws IOException, InterruptedException {
        writer.shutdown();
        if (!writer.awaitTermination(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("The use of quotas was not written in time, after the start it counts as its mark");
            return;
        }
        if (used) {
            List<QuotaJournal.Mark> exact = today.counters.values().stream()
                    .map(counter -> new QuotaJournal.Mark(counter.day(), counter.name(), counter.used()))
                    .toList();
            journal.rewrite(exact);
            journal.close();
        }
    }
}
