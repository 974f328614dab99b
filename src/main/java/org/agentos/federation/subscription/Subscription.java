package org.agentos.federation.subscription;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.agentos.federation.eventlog.EventFeed;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.SubscriptionState;
import org.agentos.federation.eventlog.SubscriptionStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open subscription: one thread reads the feed ahead, a pool gives events to the sink, runs beside each other and the
 * events of one run one after the other. An event is done with when the sink has taken it, or when it stands among the
 * dead letters; what is done with is saved soon, in the background. A sink that fails or is slow holds up this subscription
 * and nothing else: the log does not know of it.
 *
 * <p>With as many dead letters as are allowed, and while they cannot be stored, it stops giving out events, and goes on
 * when there is room: it never loses one.
 */
public final class Subscription implements AutoCloseable {
    static final String RUNNING = "running";

    private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);

    /** For the last save and the reading thread when a subscription closes. */
    private static final Duration TO_CLOSE = Duration.ofSeconds(2);

    private final SubscriptionSpec spec;
    private final EventFeed feed;
    private final SubscriptionStore store;
    private final Sink sink;
    private final ExecutorService workers;
    private final InstantSource clock;
    private final SubscriptionMeters meters;
    private final Undelivered undelivered;
    private final FeedReading reading;
    private final Runnable afterClose;

    // Guarded by this. Nothing that waits for a disk or a sink is done under it: the log's own thread wakes readers
    // here.
    private final Window window;
    private final Progress progress;
    private final Graveyard dead;
    private final List<Failed> stuck = new ArrayList<>();
    private boolean started;
    private boolean paused;
    private boolean closed;

    private record Failed(Delivery delivery, String reason) {}

    /** What a subscription works with. */
    record Parts(
            EventFeed feed,
            SubscriptionStore store,
            long epoch,
            InstantSource clock,
            ExecutorService workers,
            SubscriptionMeters meters,
            Runnable afterClose) {}

    /** Loads how far it is, or notes where it begins; that is on disk when this returns. */
    Subscription(SubscriptionSpec spec, Sink sink, Parts parts) {
        this.spec = spec;
        this.sink = sink;
        this.feed = parts.feed();
        this.store = parts.store();
        this.clock = parts.clock();
        this.workers = parts.workers();
        this.meters = parts.meters();
        this.afterClose = parts.afterClose();
        SubscriptionState start =
                new Beginning(spec, feed, parts.epoch()).state(store.find(spec.name()), clock.millis());
        store.save(spec.name(), start).toCompletableFuture().join();
        this.undelivered = new Undelivered(spec.name(), store, clock);
        this.progress = new Progress(start);
        this.window = new Window(spec.maxInFlight(), start.reached());
        this.dead = new Graveyard(spec.maxDead(), undelivered.places());
        Deliveries deliveries = new Deliveries(spec.filter(), start);
        window.add(living(deliveries.open(feed)), start.reached());
        this.reading = new FeedReading(this, feed, deliveries, spec);
        meters.watch(this::status);
    }

    /** Begins to give out events; called again, or after it was closed, it does nothing. */
    public void start() {
        synchronized (this) {
            if (started || closed) {
                return;
            }
            started = true;
        }
        LOG.info("subscription open name={} place={}", spec.name(), window.readTo());
        reading.start();
    }

    // What the reading thread asks

    /** Waits for room; how many events there is room for, or -1 when nothing more is to be read. */
    synchronized int awaitRoom() throws InterruptedException {
        while (!closed && window.room() < Window.WORTH_READING) {
            wait();
        }
        return closed ? -1 : window.room();
    }

    /** Waits until the feed holds something at or after the place where reading goes on. */
    synchronized void awaitNews() throws InterruptedException {
        while (!closed && feed.end() < window.readTo().offset()) {
            wait();
        }
    }

    /** Or shorter: whoever waits only tries something again. */
    @SuppressWarnings("WaitNotInLoop")
    synchronized void awaitMoment(Duration moment) throws InterruptedException {
        if (!closed) {
            wait(moment.toMillis());
        }
    }

    synchronized void wake() {
        notifyAll();
    }

    synchronized FeedPlace readTo() {
        return window.readTo();
    }

    /** Takes in what was read; those that are dead already are done with. */
    void read(List<Delivery> wanted, FeedPlace to, int gone) {
        meters.gone.increment(gone);
        synchronized (this) {
            window.add(living(wanted), to);
        }
        giveOut();
    }

    private List<Delivery> living(List<Delivery> read) {
        return read.stream().filter(delivery -> !dead.holds(delivery.place())).toList();
    }

    // Giving out

    private void giveOut() {
        List<Runnable> begun = new ArrayList<>();
        synchronized (this) {
            while (mayGiveOut()) {
                FeedPlace again = dead.next();
                Delivery next = again == null && stuck.isEmpty() ? window.take() : null;
                if (again == null && next == null) {
                    break;
                }
                begun.add(again == null ? () -> deliver(next) : () -> redrive(again));
            }
        }
        begun.forEach(workers::execute);
    }

    private boolean mayGiveOut() {
        return started
                && !paused
                && !closed
                && inFlight() < spec.maxInFlight()
                && inFlight() + progress.unsaved() < spec.maxInFlight() + Progress.MAX_UNSAVED;
    }

    private int inFlight() {
        return window.inFlight() + dead.inFlight();
    }

    private CompletionStage<Sink.Outcome> give(Delivery delivery) {
        meters.redelivered.increment(delivery.attempt() > 1 ? 1 : 0);
        try {
            return sink.deliver(delivery);
        } catch (RuntimeException failed) {
            return CompletableFuture.completedStage(new Sink.Outcome(0, Optional.of(failed)));
        }
    }

    private void deliver(Delivery delivery) {
        give(delivery).thenAccept(outcome -> {
            meters.redelivered.increment(outcome.redeliveries());
            if (outcome.failure().isEmpty()) {
                meters.delivered.increment();
                done(delivery);
            } else if (!putBack(delivery)) {
                bury(new Failed(delivery, Undelivered.reason(outcome.failure().get())));
            }
        });
    }

    /** While it is paused: a route that stops fails what it has, which is no verdict on the event. */
    private synchronized boolean putBack(Delivery delivery) {
        if (paused) {
            window.putBack(delivery.again());
            notifyAll();
        }
        return paused;
    }

    private void done(Delivery delivery) {
        synchronized (this) {
            window.done(delivery);
            progress.done();
            notifyAll();
        }
        save(false);
        giveOut();
    }

    // Dead letters

    private void bury(Failed failed) {
        FeedPlace place = failed.delivery().place();
        synchronized (this) {
            if (!dead.admit(place)) {
                stuck.add(failed);
                LOG.error(
                        "subscription stopped, it has all the dead letters it may have name={} maxDeadLetters={}",
                        spec.name(),
                        spec.maxDead());
                return;
            }
        }
        undelivered
                .bury(failed.delivery(), failed.reason())
                .whenCompleteAsync((kept, failure) -> buried(failed, failure), workers);
    }

    private void buried(Failed failed, Throwable failure) {
        if (failure == null) {
            meters.buried.increment();
            done(failed.delivery());
            return;
        }
        synchronized (this) {
            dead.remove(List.of(failed.delivery().place()));
            stuck.add(failed);
        }
        LOG.error("subscription stopped, a dead letter cannot be stored name={}", spec.name(), failure);
    }

    private void tryStuck() {
        List<Failed> again;
        synchronized (this) {
            again = closed ? List.of() : List.copyOf(stuck);
            stuck.removeAll(again);
        }
        again.forEach(this::bury);
    }

    private void redrive(FeedPlace place) {
        Optional<Delivery> letter = undelivered.exhume(place);
        if (letter.isEmpty()) {
            redriven(place);
            return;
        }
        give(letter.get()).thenAccept(outcome -> {
            meters.redelivered.increment(outcome.redeliveries());
            CompletionStage<Void> kept = outcome.failure()
                    .map(why -> undelivered.bury(letter.get(), Undelivered.reason(why)))
                    .orElseGet(() -> taken(place));
            kept.whenCompleteAsync((done, failure) -> redriven(place), workers);
        });
    }

    private CompletionStage<Void> taken(FeedPlace place) {
        meters.delivered.increment();
        return undelivered.drop(List.of(place)).thenRun(() -> forget(List.of(place)));
    }

    private void redriven(FeedPlace place) {
        synchronized (this) {
            dead.redriven(place);
            notifyAll();
        }
        tryStuck();
        giveOut();
    }

    private synchronized void forget(Collection<FeedPlace> places) {
        dead.remove(places);
    }

    /** Has dead letters delivered again, in the background; tells how many. */
    public int redriveDead(Collection<FeedPlace> places) {
        int more;
        synchronized (this) {
            more = dead.redrive(places);
        }
        giveOut();
        return more;
    }

    /** Forgets dead letters: they will not be delivered. */
    void skipDead(List<FeedPlace> places) {
        undelivered.drop(places).toCompletableFuture().join();
        forget(places);
        tryStuck();
        giveOut();
    }

    // Saving

    /** To be called about once a second. */
    void tick() {
        save(true);
        tryStuck();
        giveOut();
    }

    private void save(boolean anyNews) {
        Optional<SubscriptionState> state;
        synchronized (this) {
            state = !closed && (anyNews || progress.due()) ? progress.begin(window, clock.millis()) : Optional.empty();
        }
        state.ifPresent(next ->
                store.save(spec.name(), next).whenCompleteAsync((saved, failure) -> saved(next, failure), workers));
    }

    private void saved(SubscriptionState state, Throwable failure) {
        synchronized (this) {
            progress.end(state, failure == null);
            notifyAll();
        }
        if (failure != null) {
            LOG.warn("subscription's place not saved, tries again name={} cause={}", spec.name(), failure.toString());
            return;
        }
        save(false);
        giveOut();
    }

    // Lifecycle

    public SubscriptionSpec spec() {
        return spec;
    }

    public SubscriptionStatus status() {
        FeedPlace doneTo;
        SubscriptionStatus now;
        synchronized (this) {
            doneTo = window.doneTo();
            now = new SubscriptionStatus(spec.name(), state(), 0, 0, inFlight(), window.waiting(), dead.size());
        }
        return now.withLag(feed, doneTo, clock.millis());
    }

    private String state() {
        if (!stuck.isEmpty()) {
            return "stopped: " + dead.size() + " dead letters, " + stuck.size()
                    + " more have no room or cannot be stored";
        }
        return paused || closed ? "paused" : RUNNING;
    }

    /** Gives out nothing more until it is resumed. */
    public synchronized void pause() {
        paused = true;
    }

    public void resume() {
        synchronized (this) {
            paused = false;
        }
        giveOut();
    }

    /** Gives out nothing more and waits for what is in flight; false when that took longer than the limit. */
    public synchronized boolean drain(Duration limit) throws InterruptedException {
        paused = true;
        long end = System.nanoTime() + limit.toNanos();
        for (long left = limit.toMillis(); inFlight() > stuck.size() && left > 0; ) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
        return inFlight() <= stuck.size();
    }

    /** Ends it. What is in flight and is not done by now is delivered again when it is next opened. */
    @Override
    public void close() throws InterruptedException {
        SubscriptionState last;
        synchronized (this) {
            paused = true;
            if (closed) {
                return;
            }
            closed = true;
            notifyAll();
            last = progress.last(window, clock.millis());
        }
        reading.join(TO_CLOSE);
        try {
            store.save(spec.name(), last).toCompletableFuture().get(TO_CLOSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException unsaved) {
            LOG.warn("subscription's last place not saved name={} cause={}", spec.name(), unsaved.toString());
        }
        workers.shutdown();
        meters.close();
        afterClose.run();
        LOG.info("subscription closed name={} place={}", spec.name(), last.reached());
    }
}
