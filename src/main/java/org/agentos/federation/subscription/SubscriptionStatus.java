package org.agentos.federation.subscription;

import org.agentos.federation.eventlog.EventFeed;
import org.agentos.federation.eventlog.FeedPlace;

/**
 * How a subscription does, for operators.
 *
 * @param state {@code running}, {@code paused}, {@code stopped: why}, or {@code idle} for one that no route has open
 * @param lagEntries entries of the feed (records of up to 256 events) that are not done with, of whatever run
 * @param lagSeconds since the oldest of them was stored; 0 when there is none
 * @param waiting events read and not given to the route yet
 * @param dead events kept that could not be delivered
 */
public record SubscriptionStatus(
        String name, String state, long lagEntries, double lagSeconds, int inFlight, int waiting, int dead) {

    SubscriptionStatus withLag(EventFeed feed, FeedPlace doneTo, long nowMillis) {
        long done = Math.max(0, doneTo.offset() - 1);
        long entries = Math.max(0, feed.end() - done);
        long oldest = entries == 0 ? 0 : feed.storedMillisAfter(done);
        double seconds = oldest == 0 ? 0 : Math.max(0, nowMillis - oldest) / 1000.0;
        return new SubscriptionStatus(name, state, entries, seconds, inFlight, waiting, dead);
    }
}
