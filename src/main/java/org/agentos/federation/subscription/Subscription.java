package org.agentos.federation.subscription;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import org.agentos.federation.eventlog.EventFeed;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.store.SubscriptionState;
import org.agentos.federation.eventlog.store.SubscriptionStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open subscription: one thread reads the feed ahead, a pool gives events to the sink, runs beside each other and the
 * events of one run one after the other. An event is done with when the sink has taken it, or when it stands among the
 * dead letters; what is done with is saved soon, in the background. A sink that fails or is slow holds up this subscription
 * and nothing else: the log does not know of it. An event that failed waits its time here and holds no thread
 * ({@link Redelivery}).
 *
 * <p>With as many dead letters as are allowed, and while they cannot be stored, it stops giving out events, and goes on
 * when there is room: it never loses one.
 */
public final class Subscription implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);

    /** For the last save and the reading thread when a subscription closes. */
    private static final Duration TO_CLOSE = Duration.ofSeconds(2);

    private final SubscriptionSpec spec;
    private final EventFeed feed;
    private final Sink sink;
    private final ExecutorService workers;
    private final InstantSource clock;
    private final SubscriptionMeters meters;
    private final Undelivered undelivered;
    private final Desk desk;
    private final FeedReading reading;
    private final Alarm alarm;
    private final Saving saving;
    private final Runnable afterClose;

    /** What a subscription works with. */
    record Parts(
            EventFeed feed,
            SubscriptionStore store,
            long epoch,
            InstantSource clock,
            LongSupplier nanoTime,
            ExecutorService workers,
            ScheduledExecutorService timers,
            SubscriptionMeters meters,
            Runnable afterClose) {}

    /** Loads how far it is, or notes where it begins; that is on disk when this returns. */
    Subscription(SubscriptionSpec spec, Sink sink, Parts parts) {
        this.spec = spec;
        this.sink = sink;
        this.feed = parts.feed();
        this.clock = parts.clock();
        this.workers = parts.workers();
        this.meters = parts.meters();
        this.afterClose = parts.afterClose();
        SubscriptionState start =
                new Beginning(spec, feed, parts.epoch()).state(parts.store().find(spec.name()), clock.millis());
        parts.store().save(spec.name(), start).toCompletableFuture().join();
        this.undelivered = new Undelivered(spec.name(), parts.store(), clock);
        this.desk = new Desk(
                feed,
                spec,
                start,
                new Graveyard(spec.maxDead(), undelivered.places()),
                new Redelivery(spec.redelivery(), start, clock, parts.nanoTime()),
                clock);
        this.alarm = new Alarm(parts.timers(), this::giveOut);
        this.saving = new Saving(spec.name(), parts.store(), desk, workers, this::giveOut);
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
        Next next = desk.next();
        next.deadLetters().forEach(place -> workers.execute(() -> redrive(place)));
        next.events().forEach(event -> workers.execute(() -> deliver(event)));
        next.waitNanos().ifPresent(alarm::in);
        undelivered.sayAway(next.sinkIsAway());
    }

    private CompletionStage<Sink.Outcome> give(Delivery delivery) {
        meters.redelivered.increment(delivery.attempt() > 1 ? 1 : 0);
        CompletionStage<Sink.Outcome> given;
        try {
            given = sink.deliver(delivery);
        } catch (RuntimeException failed) {
            given = CompletableFuture.completedStage(new Sink.Outcome(0, Optional.of(failed), false));
        }
        return given.thenApply(outcome -> {
            meters.redelivered.increment(outcome.redeliveries());
            return outcome;
        });
    }

    private void deliver(Next.Given event) {
        Delivery delivery = event.delivery();
        try {
            if (event.waited() && !undelivered.isThere(delivery, feed)) {
                meters.gone.increment();
                desk.gone(delivery);
                giveOut();
                return;
            }
        } catch (RuntimeException unreadable) {
            failed(delivery, Undelivered.reason(unreadable), false);
            return;
        }
        give(delivery).thenAccept(outcome -> {
            if (outcome.failure().isEmpty()) {
                meters.delivered.increment();
                desk.taken(delivery);
                saving.save(false);
                giveOut();
            } else {
                failed(delivery, Undelivered.reason(outcome.failure().get()), outcome.refused());
            }
        });
    }

    private void failed(Delivery delivery, String reason, boolean refused) {
        if (desk.again(delivery, reason, refused)) {
            undelivered.sayAgain(delivery, reason);
        } else {
            bury(new Desk.Failed(delivery, reason));
        }
        giveOut();
    }

    // Dead letters

    private void bury(Desk.Failed failed) {
        if (desk.admit(failed)) {
            undelivered
                    .bury(failed.delivery(), failed.reason())
                    .whenCompleteAsync((kept, failure) -> buried(failed, failure), workers);
        } else {
            undelivered.sayStopped("it has all the " + spec.maxDead() + " dead letters it may have");
        }
    }

    private void buried(Desk.Failed failed, Throwable failure) {
        if (failure == null) {
            meters.buried.increment();
            undelivered.sayDead(failed.delivery(), failed.reason());
            desk.done(failed.delivery());
            saving.save(false);
            giveOut();
        } else {
            desk.notBuried(failed);
            undelivered.sayStopped("a dead letter cannot be stored: " + failure);
        }
    }

    private void redrive(FeedPlace place) {
        Optional<Delivery> letter = exhumed(place);
        if (letter.isEmpty()) {
            redriven(place);
            return;
        }
        give(letter.get()).thenAccept(outcome -> {
            desk.redrove(place, outcome.failure().isEmpty(), outcome.refused());
            CompletionStage<Void> noted = outcome.failure()
                    .map(why -> buriedAgain(letter.get(), Undelivered.reason(why)))
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

    private CompletionStage<Void> buriedAgain(Delivery letter, String reason) {
        undelivered.sayDead(letter, reason);
        CompletionStage<Void> kept = undelivered.bury(letter, reason);
        return kept.thenCompose(done -> desk.isDead(letter.place()) // or it was skipped meanwhile
                ? kept
                : undelivered.drop(List.of(letter.place())));
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
        desk.forget(places); // first, so that one which fails again at this moment is not kept
        try {
            undelivered.drop(places).toCompletableFuture().join();
        } catch (RuntimeException notDropped) {
            desk.remember(places);
            throw notDropped;
        }
        goOn();
    }

    private void goOn() {
        desk.takeStuck().forEach(this::bury);
        giveOut();
    }

    /** To be called about once a second. */
    void tick() {
        saving.save(true);
        goOn();
    }

    // Lifecycle

    public SubscriptionSpec spec() {
        return spec;
    }

    public SubscriptionStatus status() {
        FeedPlace doneTo = desk.doneTo();
        return desk.status().withLag(feed, doneTo, clock.millis());
    }

    /** Events that have failed and are delivered again, in order, the first of them. */
    List<RetryingEvent> retrying(int limit) {
        return desk.retrying(limit);
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
        Optional<SubscriptionState> last = desk.close();
        if (last.isEmpty()) {
            return;
        }
        alarm.cancel();
        reading.join(TO_CLOSE);
        saving.last(last.get(), TO_CLOSE);
        workers.shutdown();
        meters.close();
        afterClose.run();
        LOG.info("subscription closed name={} place={}", spec.name(), last.get().reached());
    }
}
