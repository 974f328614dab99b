package org.agentos.federation.subscription;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.agentos.federation.eventlog.EventFeed;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.store.DeadLetter;
import org.agentos.federation.eventlog.store.SubscriptionStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The subscriptions of this gateway: those that routes have open, and what is kept of others. */
public final class Subscriptions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);

    /** Each has threads of its own, and reads the whole feed. */
    static final int MOST = 64;

    /** How often places are saved that little has changed, and what is due or could not be stored is tried again. */
    static final Duration TICK = Duration.ofSeconds(1);

    /** Threads beside those that hold an event each: so that saving never waits for a sink. */
    private static final int SAVERS = 2;

    private final EventFeed feed;
    private final SubscriptionStore store;
    private final long epoch;
    private final MeterRegistry meters;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final ScheduledExecutorService timers;
    private final Map<String, Subscription> open = new TreeMap<>();
    private final Future<?> ticking;

    /** @param epoch of the log, see {@link org.agentos.federation.eventlog.EventLog#epoch} */
    public Subscriptions(
            EventFeed feed,
            SubscriptionStore store,
            long epoch,
            MeterRegistry meters,
            InstantSource clock,
            LongSupplier nanoTime,
            ScheduledExecutorService timers) {
        this.feed = feed;
        this.store = store;
        this.epoch = epoch;
        this.meters = meters;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.timers = timers;
        this.ticking =
                timers.scheduleWithFixedDelay(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tick() {
        for (Subscription subscription : all()) {
            try {
                subscription.tick();
            } catch (RuntimeException failed) { // thrown on, it would stop time for all
                LOG.warn(
                        "subscription not looked after name={}",
                        subscription.spec().name(),
                        failed);
            }
        }
    }

    /**
     * Opens a subscription; it gives out events from then on.
     *
     * @throws IllegalStateException when one of this name is open, or too many are
     */
    public Subscription open(SubscriptionSpec spec, Sink sink) {
        Subscription subscription = prepare(spec, sink);
        subscription.start();
        return subscription;
    }

    /**
     * Opens a subscription that gives out nothing before it is started.
     *
     * @throws IllegalStateException when one of this name is open, or too many are
     */
    public synchronized Subscription prepare(SubscriptionSpec spec, Sink sink) {
        if (open.containsKey(spec.name())) {
            throw new IllegalStateException("two routes consume from event-log:" + spec.name()
                    + "; a subscription has one consumer, give each its own name");
        }
        if (open.size() >= MOST) {
            throw new IllegalStateException("more than " + MOST + " subscriptions are open");
        }
        Subscription subscription = made(spec, sink);
        open.put(spec.name(), subscription);
        return subscription;
    }

    private Subscription made(SubscriptionSpec spec, Sink sink) {
        SubscriptionMeters ofThis = new SubscriptionMeters(meters, spec.name());
        ExecutorService workers = workers(spec);
        try {
            return new Subscription(
                    spec,
                    sink,
                    new Subscription.Parts(
                            feed, store, epoch, clock, nanoTime, workers, timers, ofThis, () -> closed(spec.name())));
        } catch (RuntimeException notOpened) {
            ofThis.close();
            workers.shutdown();
            throw notOpened;
        }
    }

    private static ExecutorService workers(SubscriptionSpec spec) {
        int threads = spec.maxInFlight() + SAVERS;
        AtomicInteger number = new AtomicInteger();
        ThreadFactory named = task -> {
            Thread thread = new Thread(task, "subscription-" + spec.name() + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(4 * threads), // an event in flight has one task at a time, a save has one
                named,
                new ThreadPoolExecutor.CallerRunsPolicy());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private synchronized void closed(String name) {
        open.remove(name);
    }

    private synchronized List<Subscription> all() {
        return new ArrayList<>(open.values());
    }

    private synchronized Optional<Subscription> find(String name) {
        return Optional.ofNullable(open.get(name));
    }

    /** Gives out nothing more, and waits for what is in flight, for all subscriptions together no longer than the limit. */
    public void drain(Duration limit) throws InterruptedException {
        all().forEach(Subscription::pause);
        long end = System.nanoTime() + limit.toNanos();
        for (Subscription subscription : all()) {
            subscription.drain(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
    }

    /** How all of them do, those too that no route has open. */
    public List<SubscriptionStatus> list() {
        Set<String> names = new TreeSet<>(store.names(Integer.MAX_VALUE));
        List<SubscriptionStatus> found = new ArrayList<>();
        for (String name : names) {
            status(name).ifPresent(found::add);
        }
        return found;
    }

    /** How one does; empty when there never was one of this name. */
    public Optional<SubscriptionStatus> status(String name) {
        return find(name).map(Subscription::status).or(() -> store.find(name).map(state -> {
            FeedPlace doneTo =
                    state.open().isEmpty() ? state.reached() : state.open().get(0);
            int dead = store.deadPlaces(name).size();
            int failed = state.failed().size();
            return new SubscriptionStatus(name, "idle", 0, 0, 0, 0, failed, dead, 0)
                    .withLag(feed, doneTo, clock.millis());
        }));
    }

    /** Events that have failed and are delivered again, in order, the first of them; none of one that no route has open. */
    public List<RetryingEvent> retrying(String name, int limit) {
        return find(name).map(open -> open.retrying(limit)).orElse(List.of());
    }

    /** Dead letters in the order of their events, from a place on. */
    public List<DeadLetter> dead(String name, FeedPlace from, int limit) {
        return store.dead(name, from, limit);
    }

    /** The places of all dead letters, in order. */
    public List<FeedPlace> deadPlaces(String name) {
        return store.deadPlaces(name);
    }

    /**
     * Has dead letters delivered again, in the background; tells how many.
     *
     * @throws IllegalStateException when no route has the subscription open
     */
    public int redrive(String name, List<FeedPlace> places) {
        return find(name)
                .orElseThrow(() -> new IllegalStateException("no route has subscription " + name + " open"))
                .redriveDead(places);
    }

    /** Forgets dead letters; on disk when it returns. */
    public void skip(String name, List<FeedPlace> places) {
        Optional<Subscription> running = find(name);
        if (running.isPresent()) {
            running.get().skipDead(places);
        } else {
            store.drop(name, places).toCompletableFuture().join();
        }
    }

    /**
     * Forgets where a subscription is, with its dead letters: opened again it begins as a new one.
     *
     * @throws IllegalStateException while a route has it open
     */
    public void forget(String name) {
        if (find(name).isPresent()) {
            throw new IllegalStateException("a route has subscription " + name + " open; take the route out first");
        }
        store.forget(name).toCompletableFuture().join();
    }

    /** To be called when every route has stopped, or none has started. */
    @Override
    public void close() {
        ticking.cancel(false);
    }
}
