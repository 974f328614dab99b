package org.agentos.federation.subscription;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.store.SubscriptionState;

/** What failures of deliveries mean: for the event, by the policy, and for the sink, by the breaker. For its owner to guard. */
final class Redelivery {
    private final SinkBreaker breaker;
    private final Retries retries;
    private final InstantSource clock;
    private final LongSupplier nanoTime;

    Redelivery(RedeliveryPolicy policy, SubscriptionState start, InstantSource clock, LongSupplier nanoTime) {
        this.breaker = new SinkBreaker(policy);
        this.retries = new Retries(policy, start.failed());
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    long nanos() {
        return nanoTime.getAsLong();
    }

    /** Whether an event may go to the sink now. */
    boolean mayTry() {
        return breaker.mayTry(nanos());
    }

    /** Whether the sink takes nothing, so that one event at a time is tried. */
    boolean sinkIsAway() {
        return breaker.open();
    }

    void given(FeedPlace place) {
        breaker.given(place);
    }

    /** An event came back and nothing is known of the sink. */
    void released(FeedPlace place) {
        breaker.released(place);
    }

    /** The sink took an event. */
    void taken() {
        breaker.answered();
    }

    /** The sink failed, or refused an event for good: then it is there. */
    void failed(FeedPlace place, boolean refused) {
        if (refused) {
            breaker.answered();
        } else {
            breaker.failed(place, nanos(), clock.millis());
        }
    }

    /**
     * The sink failed with an event; that is not held against the event while the sink takes nothing.
     *
     * @return when the event is due again; empty when it is not to be delivered again
     */
    OptionalLong failed(Delivery delivery, String reason, boolean refused) {
        failed(delivery.place(), refused);
        boolean again = retries.failed(delivery, reason, !breaker.open(), nanos(), clock.millis());
        return again && !refused ? OptionalLong.of(retries.dueNanos(delivery.place())) : OptionalLong.empty();
    }

    /** An event came back failed from a route that was stopping: that says nothing of either, but is counted. */
    void interrupted(Delivery delivery, String reason) {
        breaker.released(delivery.place());
        retries.failed(delivery, reason, false, nanos(), clock.millis());
    }

    void done(FeedPlace place) {
        retries.done(place);
    }

    /** How long until an event goes out, when one is due after {@code wait}; empty when that takes more than time. */
    OptionalLong waitNanos(OptionalLong wait) {
        if (wait.isEmpty() || !breaker.open()) {
            return wait;
        }
        return breaker.trying()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(wait.getAsLong(), breaker.nextNanos() - nanos()));
    }

    long changes() {
        return retries.changes();
    }

    List<SubscriptionState.Failed> toSave(FeedPlace doneTo) {
        return retries.toSave(doneTo);
    }

    int retrying() {
        return retries.size();
    }

    List<RetryingEvent> retrying(int limit) {
        return retries.first(limit, breaker.open() ? breaker.nextNanos() : nanos(), nanos(), clock.millis());
    }

    double failingSeconds() {
        return breaker.open() ? Math.max(0, clock.millis() - breaker.openSinceMillis()) / 1000.0 : 0;
    }

    String state() {
        return breaker.open()
                ? SubscriptionStatus.RETRYING + Instant.ofEpochMilli(breaker.openSinceMillis())
                : SubscriptionStatus.RUNNING;
    }
}
