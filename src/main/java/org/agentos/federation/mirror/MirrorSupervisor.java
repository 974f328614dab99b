package org.agentos.federation.mirror;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.settings.MirrorSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All mirrors of this gateway: one per run, however many readers it has. A run of a peer in eager mode is mirrored from
 * its forward on until it is over; in on-demand mode while it has readers. All methods may be called from any thread and
 * never block.
 */
public final class MirrorSupervisor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorSupervisor.class);

    /** Event loops shared by all mirrors. */
    private static final int LOOPS = 2;

    /** Runs with a mirror at work. Waiting ones cost memory too: beyond this a run is not mirrored until one ends. */
    private static final int MAX_RUNS = 100_000;

    /** Resting mirrors remembered, so that readers who come and go do not start the pace of their run anew. */
    private static final int MAX_RESTING = 10_000;

    /** How long an on-demand mirror outlives its last reader: a reader who reconnects finds it open. */
    private static final Duration LINGER = Duration.ofMillis(500);

    private final MirrorTools tools;
    private final Loops loops;
    private final Map<RunKey, Upkeep> working = new ConcurrentHashMap<>(); // looked at without the lock
    private final Map<RunKey, Upkeep> resting = new LinkedHashMap<>();
    private boolean closed;

    public MirrorSupervisor(
            Vertx vertx,
            MirrorSettings settings,
            MirrorPorts ports,
            PeerCalls calls,
            Timers timers,
            RandomGenerator random,
            MirrorMeters meters) {
        UpstreamSlots slots = new UpstreamSlots(settings, UpstreamSlots.MAX_CONNECTING_PER_PEER, timers);
        this.tools = new MirrorTools(
                ports, calls, new RunStatus(calls), slots, settings, timers, random, new ReadAhead(), meters);
        this.loops = new Loops(vertx, LOOPS);
        meters.watchOpen(slots::open, this::working, this::inPhase);
    }

    /** Takes note of a run that was forwarded just now. */
    public synchronized void forwarded(MirroredRun run) {
        if (run.peer().mirror().eager()) {
            work(run, true);
        }
    }

    /** Goes on with runs that were not over when the gateway stopped. */
    public synchronized void resume(Collection<MirroredRun> runs) {
        runs.forEach(this::forwarded);
    }

    /**
     * Ends the mirrors of runs that are no longer what the directory says, and begins anew, with their readers, those it
     * still knows: after a reload of the peers. What was read so far is kept; no run counts as ended by this.
     *
     * @param which the runs to look at again
     */
    public void renew(Predicate<MirroredRun> which) {
        List<Upkeep> old;
        synchronized (this) {
            old = Stream.concat(working.values().stream(), resting.values().stream())
                    .filter(upkeep -> which.test(upkeep.mirror.run()))
                    .toList();
            old.forEach(this::drop);
        }
        old.forEach(this::replace);
    }

    private void drop(Upkeep upkeep) {
        upkeep.mirror.rest();
        working.remove(upkeep.key(), upkeep);
        resting.remove(upkeep.key(), upkeep);
    }

    private void replace(Upkeep old) {
        Optional<MirroredRun> run = tools.ports().directory().apply(old.key());
        synchronized (this) {
            run.filter(still -> find(old.key()).isEmpty())
                    .map(still -> new Upkeep(still, old.readers))
                    .ifPresent(upkeep -> {
                        upkeep.eager =
                                old.eager && upkeep.mirror.run().peer().mirror().eager();
                        if (upkeep.unwanted()) {
                            remember(upkeep);
                        } else {
                            start(upkeep);
                        }
                    });
        }
    }

    /** How many runs have a mirror at work, by what names them. */
    public synchronized Map<String, Integer> working(Function<MirroredRun, Optional<String>> name) {
        Map<String, Integer> counts = new HashMap<>();
        working.values().forEach(upkeep -> name.apply(upkeep.mirror.run())
                .ifPresent(named -> counts.merge(named, 1, Integer::sum)));
        return counts;
    }

    /** Tells that a reader wants the run's events; closing what is returned tells that it has left. */
    public synchronized Interest want(RunKey run) {
        Optional<Upkeep> upkeep =
                find(run).or(() -> tools.ports().directory().apply(run).map(this::upkeep));
        return upkeep.filter(this::start).map(this::reading).orElse(() -> {});
    }

    /** Tells that a terminal event was pushed: an open upstream of the run is of no more use. */
    public synchronized void sealed(RunKey run) {
        Optional.ofNullable(working.get(run)).ifPresent(upkeep -> upkeep.mirror.lookAgain());
    }

    /** Whether the run's stream is being read, or about to be, so that the peer may send what is missing. */
    boolean isReading(RunKey run) {
        Upkeep upkeep = working.get(run);
        return upkeep != null && upkeep.mirror.isReading();
    }

    /** Asks the peer again for what follows the end of the log, where its stream is being read. */
    void readAgain(RunKey run) {
        Optional.ofNullable(working.get(run)).ifPresent(upkeep -> upkeep.mirror.readAgain());
    }

    /** What the run's mirror is doing; empty for a run that has none, or none any more. */
    public synchronized Optional<MirrorState> state(RunKey run) {
        return find(run).map(upkeep -> upkeep.mirror.state());
    }

    /** Runs with a mirror at work. */
    public synchronized int working() {
        return working.size();
    }

    private long inPhase(MirrorState.Phase phase) {
        return working.values().stream()
                .filter(upkeep -> upkeep.mirror.state().phase() == phase)
                .count();
    }

    /** Upstream connections open or being opened. */
    public int open() {
        return tools.slots().open();
    }

    private Optional<Upkeep> find(RunKey run) {
        return Optional.ofNullable(working.getOrDefault(run, resting.get(run)));
    }

    private void work(MirroredRun run, boolean eager) {
        Upkeep upkeep = find(run.run()).orElseGet(() -> upkeep(run));
        upkeep.eager |= eager;
        start(upkeep);
    }

    private Upkeep upkeep(MirroredRun run) {
        return new Upkeep(run);
    }

    /** Sets the mirror to work unless there is no room for it. */
    private boolean start(Upkeep upkeep) {
        RunKey run = upkeep.mirror.run().run();
        if (closed || (!working.containsKey(run) && working.size() >= MAX_RUNS)) {
            LOG.warn("Run not mirrored peer={} working={} closed={}", upkeep.peer(), working.size(), closed);
            tools.meters().runRefused();
            return false;
        }
        resting.remove(run);
        working.put(run, upkeep);
        upkeep.mirror.work();
        return true;
    }

    private Interest reading(Upkeep upkeep) {
        upkeep.readers.incrementAndGet();
        AtomicBoolean left = new AtomicBoolean();
        return () -> {
            if (left.compareAndSet(false, true) && upkeep.readers.decrementAndGet() == 0) {
                tools.timers().after(LINGER, () -> restIfUnwanted(upkeep));
            }
        };
    }

    /** An ended mirror may just have been set to work again while it came to rest, so those too are told. */
    private synchronized void restIfUnwanted(Upkeep wanted) {
        Upkeep upkeep = find(wanted.key()).filter(wanted::hasReadersOf).orElse(wanted);
        if (upkeep.unwanted() && !closed) {
            upkeep.mirror.rest();
            if (working.remove(upkeep.key(), upkeep)) {
                remember(upkeep);
            }
        }
    }

    private void remember(Upkeep upkeep) {
        resting.put(upkeep.key(), upkeep);
        if (resting.size() > MAX_RESTING) {
            Iterator<Upkeep> eldest = resting.values().iterator();
            eldest.next().mirror.rest();
            eldest.remove();
        }
    }

    private void ended(Upkeep upkeep, MirrorEnd how) {
        synchronized (this) {
            working.remove(upkeep.key(), upkeep);
            if (!how.sealed() && !closed) {
                remember(upkeep);
            }
        }
        tools.ports().ended().ended(upkeep.key(), how);
    }

    /** Stops all mirrors. What they have handed to the sink is still stored; the peer calls are the caller's to close. */
    @Override
    public void close() {
        List<Upkeep> open;
        synchronized (this) {
            closed = true;
            open = new ArrayList<>(working.values());
            open.addAll(resting.values());
            working.clear();
            resting.clear();
        }
        open.forEach(upkeep -> upkeep.mirror.rest());
    }

    /** A reader's interest in a run. */
    @FunctionalInterface
    public interface Interest extends AutoCloseable {
        /** Ends the interest; again does nothing. */
        @Override
        void close();
    }

    /** A mirror and why it is kept. */
    private final class Upkeep {
        private final RunMirror mirror;
        private boolean eager;
        private final AtomicInteger readers;

        Upkeep(MirroredRun run) {
            this(run, new AtomicInteger());
        }

        Upkeep(MirroredRun run, AtomicInteger readers) {
            this.readers = readers;
            this.mirror = new RunMirror(run, tools, loops.next(), () -> readers.get() > 0, how -> ended(this, how));
        }

        RunKey key() {
            return mirror.run().run();
        }

        String peer() {
            return mirror.run().peer().stackId();
        }

        /** Whether it stands in the place of the other, or is that. */
        boolean hasReadersOf(Upkeep other) {
            return readers == other.readers;
        }

        boolean unwanted() {
            return readers.get() == 0 && !eager;
        }
    }
}
