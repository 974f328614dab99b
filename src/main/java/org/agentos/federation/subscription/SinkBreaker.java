package org.agentos.federation.subscription;

import java.util.HashSet;
import java.util.Set;
import org.agentos.federation.eventlog.FeedPlace;

/**
 * Tells a sink that takes nothing from an event that is not taken: when {@link #TRIPS_AT} different events have failed and
 * none was taken in between, it is the sink. The breaker is open then: one event at a time is tried, after delays
 * that grow as the policy says, until one is taken. For its owner to guard.
 */
final class SinkBreaker {
    /** Also the most dead letters, less one, that a sink which is away for good can cause. */
    static final int TRIPS_AT = 5;

    private final RedeliveryPolicy policy;
    private final Set<FeedPlace> failed = new HashSet<>();
    private long sinceMillis;
    private int tries;
    private long nextNanos;
    private FeedPlace trying;

    SinkBreaker(RedeliveryPolicy policy) {
        this.policy = policy;
    }

    boolean open() {
        return policy.redelivers() && failed.size() >= TRIPS_AT;
    }

    /** When the first of the failures was that opened it, since 1970; 0 = it is closed. */
    long openSinceMillis() {
        return open() ? sinceMillis : 0;
    }

    /** Whether an event may go out now. */
    boolean mayTry(long nanos) {
        return !open() || (trying == null && nanos - nextNanos >= 0);
    }

    /** When one may go out next, while it is open and none is out. */
    long nextNanos() {
        return nextNanos;
    }

    /** Whether the one event is out that may be. */
    boolean trying() {
        return open() && trying != null;
    }

    void given(FeedPlace place) {
        if (open()) {
            trying = place;
        }
    }

    /** An event came back without a verdict of the sink. */
    void released(FeedPlace place) {
        if (place.equals(trying)) {
            trying = null;
        }
    }

    /** The sink took an event, or refused it for good: it is there. */
    void answered() {
        failed.clear();
        trying = null;
        tries = 0;
    }

    void failed(FeedPlace place, long nanos, long millis) {
        boolean wasOpen = open();
        if (failed.isEmpty()) {
            sinceMillis = millis;
        }
        if (failed.size() < TRIPS_AT) {
            failed.add(place);
        }
        if (open() && (!wasOpen || place.equals(trying))) {
            tries++;
            nextNanos = nanos + policy.delayNanos(tries);
            trying = null;
        }
    }
}
