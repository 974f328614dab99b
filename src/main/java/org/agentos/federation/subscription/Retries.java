package org.agentos.federation.subscription;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.store.SubscriptionState;
import org.agentos.federation.eventlog.store.SubscriptionState.Failed;

/**
 * The events whose delivery has failed and that are not done with: how often, since when, why, and when they are due. As many at
 * most as events are open. For its owner to guard.
 */
final class Retries {
    /** A reason is for a person to read, and there may be as many as events are read ahead. */
    static final int MAX_REASON = 300;

    private final RedeliveryPolicy policy;
    private final NavigableMap<FeedPlace, Retry> retries = new TreeMap<>();
    private long changes;

    /**
     * An event that has failed.
     *
     * @param last the delivery that failed last; empty for one of an earlier start that was not given out since
     * @param held failures that count by the policy
     */
    private record Retry(
            Optional<Delivery> last, int attempts, int held, long sinceMillis, long dueNanos, String reason) {}

    /** @param failed before this start: they keep their count, and begin with the policy anew */
    Retries(RedeliveryPolicy policy, List<Failed> failed) {
        this.policy = policy;
        failed.forEach(one ->
                retries.put(one.place(), new Retry(Optional.empty(), one.attempts(), 0, one.sinceMillis(), 0, "")));
    }

    /**
     * Notes a failure.
     *
     * @param held whether it counts by the policy
     * @return whether the event is to be delivered again
     */
    boolean failed(Delivery delivery, String reason, boolean held, long nanos, long millis) {
        Retry before = retries.get(delivery.place());
        int all = (before == null ? 0 : before.held()) + (held ? 1 : 0);
        Retry now = new Retry(
                Optional.of(delivery),
                delivery.attempt(),
                all,
                before == null ? millis : before.sinceMillis(),
                nanos + policy.delayNanos(all),
                reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON));
        retries.put(delivery.place(), now);
        changes++;
        return !policy.exhausted(all);
    }

    /** When an event that has failed is due. */
    long dueNanos(FeedPlace place) {
        return retries.get(place).dueNanos();
    }

    void done(FeedPlace place) {
        retries.remove(place);
    }

    /** Rises with each failure: what is saved is news when it has. */
    long changes() {
        return changes;
    }

    int size() {
        return (int) retries.values().stream()
                .filter(retry -> retry.last().isPresent())
                .count();
    }

    /** What to save: the first of them, of those that are not done with. */
    List<Failed> toSave(FeedPlace doneTo) {
        retries.headMap(doneTo).clear(); // of an earlier start, and nobody wants them any more
        return retries.entrySet().stream()
                .limit(SubscriptionState.MAX_OPEN)
                .map(one -> new Failed(
                        one.getKey(), one.getValue().attempts(), one.getValue().sinceMillis()))
                .toList();
    }

    /** The first of them, for operators; {@code earliest} is when any event may be given out. */
    List<RetryingEvent> first(int limit, long earliestNanos, long nanos, long millis) {
        List<RetryingEvent> first = new ArrayList<>();
        for (Retry retry : retries.values()) {
            if (first.size() < limit && retry.last().isPresent()) {
                long wait = Math.max(0, Math.max(retry.dueNanos() - nanos, earliestNanos - nanos));
                first.add(RetryingEvent.of(
                        retry.last().get(), retry.sinceMillis(), millis + wait / 1_000_000, retry.reason()));
            }
        }
        return first;
    }
}
