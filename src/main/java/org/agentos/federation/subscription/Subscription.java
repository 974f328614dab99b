package org.agentos.federation.subscription;

import java.time.Duration;
import java.time.InstantSource;
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
    private final Desk desk;
    private final FeedReading reading;
    private final Runnable afterClose;

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
        this.desk = new Desk(feed, spec, start, new Graveyard(spec.maxDead(), undelivered.places()));
        Deliveries deliveries = new Deliveries(spec.filter(), start);
        desk.add(deliveries.open(feed), start.reached());
        this.reading = new FeedReading(desk, feed, deliveries, spec, this::taken);
        meters.watch(this::status);
    }

    /** Begins to give out events; called again, or after it was closed, it does nothing. */
    public void start() {
        if (desk.start()) {
            LOG.info("subscription open name={} place={}", spec.name(), desk.readTo());
            reading.start();
        }
    }

    // Giving out

    private void taken(int gone) {
        meters.gone.increment(gone);
        giveOut();
    }

    private void giveOut() {
        Desk.Next next = desk.next();
        next.deadLetters().forEach(place -> workers.execute(() -> redrive(place)));
        next.events().forEach(event -> workers.execute(() -> deliver(event)));
    }

    private CompletionStage<Sink.Outcome> give(Delivery delivery) {
        meters.redelivered.increment(delivery.attempt() > 1 ? 1 : 0);
        CompletionStage<Sink.Outcome> given;
        try {
            given = sink.deliver(delivery);
        } catch (RuntimeException failed) {
            given = CompletableFuture.completedStage(new Sink.Outcome(0, Optional.of(failed)));
        }
        return given.thenApply(outcome -> {
            meters.redelivered.increment(outcome.redeliveries());
            return outcome;
        });
    }

    private void deliver(Delivery delivery) {
        give(delivery).thenAccept(outcome -> {
            if (outcome.failure().isEmpty()) {
                meters.delivered.increment();
                done(delivery);
            } else if (!desk.putBack(delivery)) {
                bury(new Desk.Failed(
                        delivery, Undelivered.reason(outcome.failure().get())));
            }
        });
    }

    private void done(Delivery delivery) {
        desk.done(delivery);
        save(false);
        giveOut();
    }

    // Dead letters

    private void bury(Desk.Failed failed) {
        if (!desk.admit(failed)) {
            LOG.error(
                    "subscription stopped, it has all the dead letters it may have name={} maxDeadLetters={}",
                    spec.name(),
                    spec.maxDead());
            return;
        }
        undelivered
                .bury(failed.delivery(), failed.reason())
                .whenCompleteAsync((kept, failure) -> buried(failed, failure), workers);
    }

    private void buried(Desk.Failed failed, Throwable failure) {
        if (failure == null) {
            meters.buried.increment();
            done(failed.delivery());
        } else {
            desk.notBuried(failed);
            LOG.error("subscription stopped, a dead letter cannot be stored name={}", spec.name(), failure);
        }
    }

    private void redrive(FeedPlace place) {
        Optional<Delivery> letter = exhumed(place);
        if (letter.isEmpty()) {
            redriven(place);
            return;
        }
        give(letter.get()).thenAccept(outcome -> {
            CompletionStage<Void> noted = outcome.failure()
                    .map(why -> undelivered.bury(letter.get(), Undelivered.reason(why)))
                    .orElseGet(() -> risen(place));
            noted.whenCompleteAsync((done, failure) -> redriven(place), workers);
        });
    }

    private Optional<Delivery> exhumed(FeedPlace place) {
        try {
            return undelivered.exhume(place);
        } catch (RuntimeException unreadable) {
            LOG.warn("dead letter cannot be read, it stays name={} place={}", spec.name(), place, unreadable);
            return Optional.empty();
        }
    }

    private CompletionStage<Void> risen(FeedPlace place) {
        meters.delivered.increment();
        return undelivered.drop(List.of(place)).thenRun(() -> desk.forget(List.of(place)));
    }

    private void redriven(FeedPlace place) {
        desk.redriven(place);
        goOn();
    }

    /** Has dead letters delivered again, in the background; tells how many. */
    int redriveDead(Collection<FeedPlace> places) {
        int more = desk.redrive(places);
        giveOut();
        return more;
    }

    /** Forgets dead letters: they will not be delivered. */
    void skipDead(List<FeedPlace> places) {
        undelivered.drop(places).toCompletableFuture().join();
        desk.forget(places);
        goOn();
    }

    private void goOn() {
        desk.takeStuck().forEach(this::bury);
        giveOut();
    }

    // Saving

    /** To be called about once a second. */
    void tick() {
        save(true);
        goOn();
    }

    private void save(boolean anyNews) {
        desk.beginSave(anyNews, clock.millis()).ifPresent(state -> store.save(spec.name(), state)
                .whenCompleteAsync((saved, failure) -> saved(state, failure), workers));
    }

    private void saved(SubscriptionState state, Throwable failure) {
        desk.endSave(state, failure == null);
        if (failure == null) {
            save(false);
            giveOut();
        } else {
            LOG.warn("subscription's place not saved, tries again name={} cause={}", spec.name(), failure.toString());
        }
    }

    // Lifecycle

    public SubscriptionSpec spec() {
        return spec;
    }

    public SubscriptionStatus status() {
        FeedPlace doneTo = desk.doneTo();
        return desk.status().withLag(feed, doneTo, clock.millis());
    }

    /** Gives out nothing more until it is resumed. */
    public void pause() {
        desk.pause(true);
    }

    public void resume() {
        desk.pause(false);
        giveOut();
    }

    /** Gives out nothing more and waits for what is in flight; false when that took longer than the limit. */
    public boolean drain(Duration limit) throws InterruptedException {
        return desk.drain(limit);
    }

    /** Ends it. What is in flight and is not done by now is delivered again when it is next opened. */
    @Override
    public void close() throws InterruptedException {
        Optional<SubscriptionState> last = desk.close(clock.millis());
        if (last.isEmpty()) {
            return;
        }
        reading.join(TO_CLOSE);
        try {
            store.save(spec.name(), last.get()).toCompletableFuture().get(TO_CLOSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException unsaved) {
            LOG.warn("subscription's last place not saved name={} cause={}", spec.name(), unsaved.toString());
        }
        workers.shutdown();
        meters.close();
        afterClose.run();
        LOG.info("subscription closed name={} place={}", spec.name(), last.get().reached());
    }
}
