package org.agentos.federation.stream;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All readers that are open now. Lets time pass for them, ends them all at a shutdown, and, when what is held for slow
 * clients gets too much, those that have been stuck the longest. When nothing may be read for anybody any more, what
 * was ended is cut at once, so that readers that keep up do not wait for others' grace. Thread-safe.
 */
final class OpenReaders implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenReaders.class);

    private final BufferBudget budget;
    private final InstantSource clock;
    private final ScheduledExecutorService scheduler;
    private final int stuckTicks;
    private final Set<OpenReader> readers = ConcurrentHashMap.newKeySet();
    private final Future<?> ticking;
    private volatile EndReason closed;

    /** Starts ticking at once. */
    OpenReaders(BufferBudget budget, InstantSource clock, ScheduledExecutorService scheduler, Ticks ticks) {
        this.budget = budget;
        this.clock = clock;
        this.scheduler = scheduler;
        this.stuckTicks = ticks.stuck();
        long tick = ticks.length().toNanos();
        this.ticking = scheduler.scheduleAtFixedRate(this::tick, tick, tick, TimeUnit.NANOSECONDS);
    }

    /** A reader that comes when all are being ended is ended at once. */
    void add(OpenReader reader) {
        readers.add(reader);
        closed().ifPresent(reader::end); // looked at after endAll can see the reader, so that none slips between
    }

    void remove(OpenReader reader) {
        readers.remove(reader);
    }

    /** Why all are being ended, if they are. */
    Optional<EndReason> closed() {
        return Optional.ofNullable(closed);
    }

    /** Ends all readers one after another, spread over a time. */
    void endAll(EndReason reason, Duration over) {
        closed = reason;
        List<OpenReader> all = new ArrayList<>(readers);
        Collections.shuffle(all); // not run by run: who reads one run would come back at once
        new EndInTurn(all, reason, over, scheduler).begin();
    }

    /** A scheduler drops a task that fails: time would stand still for all streams. */
    private void tick() {
        try {
            Instant now = clock.instant();
            readers.forEach(reader -> reader.tick(now));
            long excess = budget.excess();
            if (excess > 0) {
                relieve(excess);
            }
        } catch (RuntimeException failure) {
            LOG.error("tick of streams failed", failure);
        }
    }

    /** A reader's place in the order is fixed before sorting: it moves meanwhile. */
    private record Stuck(OpenReader reader, int ticks, long bytes) {}

    private void relieve(long excess) {
        List<Stuck> stuck = new ArrayList<>();
        boolean full = budget.full();
        long freed = 0;
        for (OpenReader reader : readers) {
            if (reader.leaving()) {
                if (full) {
                    reader.giveUp();
                }
                freed += reader.heldBytes();
            } else if (reader.stalledTicks() >= stuckTicks) {
                stuck.add(new Stuck(reader, reader.stalledTicks(), reader.heldBytes()));
            }
        }
        stuck.sort(Comparator.comparingInt(Stuck::ticks).reversed());
        for (Stuck next : stuck) {
            if (freed >= excess) {
                return;
            }
            freed += next.bytes();
            next.reader().end(EndReason.SLOW_CONSUMER);
        }
    }

    /** Stops time. Readers are ended by {@link #endAll}. */
    @Override
    public void close() {
        ticking.cancel(false);
    }
}
