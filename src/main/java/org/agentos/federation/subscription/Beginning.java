package org.agentos.federation.subscription;

import java.util.List;
import java.util.Optional;
import org.agentos.federation.eventlog.EventFeed;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.store.SubscriptionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a subscription begins, or goes on. */
final class Beginning {
    private static final Logger LOG = LoggerFactory.getLogger(Beginning.class);

    private final SubscriptionSpec spec;
    private final EventFeed feed;
    private final long epoch;

    Beginning(SubscriptionSpec spec, EventFeed feed, long epoch) {
        this.spec = spec;
        this.feed = feed;
        this.epoch = epoch;
    }

    /** To be on disk before anything is delivered: a subscription from now must not begin later after a crash. */
    SubscriptionState state(Optional<SubscriptionState> stored, long nowMillis) {
        return stored.map(state -> goneOn(state, nowMillis)).orElseGet(() -> begun(nowMillis));
    }

    private SubscriptionState begun(long nowMillis) {
        StartFrom from = spec.from();
        if (from instanceof StartFrom.AfterSequence after) {
            Position since = new Position(after.sequence(), 0);
            return state(feed.before(run(), since), since, 0, nowMillis);
        }
        if (from instanceof StartFrom.Since since) {
            return state(feed.before(since.time()), Position.START, since.time().toEpochMilli(), nowMillis);
        }
        return state(from instanceof StartFrom.Now ? feed.end() : 0, Position.START, 0, nowMillis);
    }

    private RunKey run() {
        return new RunKey(
                spec.filter().tenantId().orElseThrow(), spec.filter().runId().orElseThrow());
    }

    private SubscriptionState state(long after, Position since, long notBeforeMillis, long nowMillis) {
        return new SubscriptionState(
                epoch,
                spec.filter().fingerprint(),
                since,
                Math.max(0, notBeforeMillis),
                nowMillis,
                FeedPlace.after(after),
                List.of(),
                List.of());
    }

    private SubscriptionState goneOn(SubscriptionState stored, long nowMillis) {
        if (stored.filter() != spec.filter().fingerprint()) {
            LOG.info("subscription goes on with another filter name={} place={}", spec.name(), stored.reached());
        }
        FeedPlace end = FeedPlace.after(feed.end());
        boolean ahead = end.isBefore(stored.reached());
        if (stored.epoch() != epoch || ahead) {
            LOG.warn(
                    "the event log was put back to an earlier state or has lost events; the subscription goes on where it was"
                            + " then, and what is stored again is delivered again name={} place={}",
                    spec.name(),
                    ahead ? end : stored.reached());
        }
        return new SubscriptionState(
                epoch,
                spec.filter().fingerprint(),
                stored.since(),
                stored.notBeforeMillis(),
                nowMillis,
                ahead ? end : stored.reached(),
                stored.open().stream().filter(place -> place.isBefore(end)).toList(),
                stored.failed().stream()
                        .filter(one -> one.place().isBefore(end))
                        .toList());
    }
}
