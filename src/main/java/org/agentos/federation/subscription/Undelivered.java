package org.agentos.federation.subscription;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agentos.federation.eventlog.EventFeed;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.store.DeadLetter;
import org.agentos.federation.eventlog.store.SubscriptionStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a subscription's events that could not be delivered, and brings them back. */
final class Undelivered {
    private static final Logger LOG = LoggerFactory.getLogger(Undelivered.class);

    private final String name;
    private final SubscriptionStore store;
    private final InstantSource clock;
    private final AtomicBoolean sinkIsAway = new AtomicBoolean();
    private final AtomicBoolean stopped = new AtomicBoolean();

    Undelivered(String name, SubscriptionStore store, InstantSource clock) {
        this.name = name;
        this.store = store;
        this.clock = clock;
    }

    /** Whether an event that waited is in the log still. */
    boolean isThere(Delivery delivery, EventFeed feed) {
        boolean there = feed.read(delivery.place().offset()).stream()
                .anyMatch(record -> record.run().equals(delivery.run()));
        if (!there) {
            log("event not delivered", delivery, "it was taken out of the log while it waited");
        }
        return there;
    }

    /** Tells of an event's first failure; what comes then, {@code federation subscriptions} shows. */
    void sayAgain(Delivery delivery, String reason) {
        if (delivery.attempt() == 1) {
            log("event not delivered, tries again", delivery, reason);
        }
    }

    void sayDead(Delivery delivery, String reason) {
        stopped.set(false);
        log("event not delivered, kept as a dead letter", delivery, reason);
    }

    /** Tells that dead letters find no room, once until one does: it is tried every second. */
    void sayStopped(String why) {
        if (stopped.compareAndSet(false, true)) {
            LOG.error("subscription stopped until there is room for dead letters name={} cause={}", name, why);
        }
    }

    /** Tells, when it has changed, whether the sink takes nothing. */
    void sayAway(boolean away) {
        if (sinkIsAway.compareAndSet(!away, away)) {
            LOG.warn(
                    away
                            ? "subscription's sink takes nothing, it is tried with one event at a time name={}"
                            : "subscription's sink takes events again name={}",
                    name);
        }
    }

    private void log(String what, Delivery delivery, String reason) {
        LOG.warn(
                "{} subscription={} tenantId={} runId={} eventId={} place={}.{} attempt={} reason={}",
                what,
                name,
                delivery.run().tenantId(),
                delivery.run().runId(),
                delivery.eventId(),
                delivery.place().offset(),
                delivery.place().index(),
                delivery.attempt(),
                reason);
    }

    List<FeedPlace> places() {
        return store.deadPlaces(name);
    }

    /** Keeps an event with the reason; over what was kept of it before. */
    CompletionStage<Void> bury(Delivery delivery, String reason) {
        return store.bury(
                name,
                new DeadLetter(
                        delivery.place(),
                        delivery.run(),
                        delivery.position(),
                        clock.millis(),
                        delivery.attempt(),
                        reason,
                        delivery.envelope()));
    }

    /** The event that is kept for a place, to be delivered once more. */
    Optional<Delivery> exhume(FeedPlace place) {
        return store.dead(name, place, 1).stream()
                .filter(letter -> letter.place().equals(place))
                .map(Undelivered::delivery)
                .findFirst();
    }

    private static Delivery delivery(DeadLetter letter) {
        EnvelopeFields fields = EnvelopeFields.of(letter.envelope());
        return new Delivery(
                letter.place(),
                letter.run(),
                letter.position(),
                fields.eventId(),
                fields.type(),
                letter.envelope(),
                letter.attempts() + 1);
    }

    CompletionStage<Void> drop(List<FeedPlace> places) {
        return store.drop(name, places);
    }

    /** In a few words: what was thrown, and what by. */
    static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String first = failure.toString();
        return root == failure ? first : first + "; caused by " + root;
    }
}
