package org.agentos.federation.subscription;

import org.agentos.federation.eventlog.EventFeed;
import org.agentos.federation.eventlog.FeedPlace;

/**
 * How a subscription does, for operators.
 *
 * @param state {@code running}, {@code retrying since ...} while the sink takes nothing, {@code paused}, {@code stopped: why}, or
 *     {@code idle} for one that no route has open
 * @param lagEntries entries of the feed (records of up to 256 events) that are not done with, of whatever run
 * @param lagSeconds since the oldest of them was stored; 0 when there is none
 * @param waiting events read and not given to the route yet
 * @param retrying events that have failed and are delivered again; they wait or are in flight
 * @param dead events kept that could not be delivered
 * @param failingSeconds for how long the sink has taken nothing; 0 while it is not known to be away
 */
public record SubscriptionStatus(
        String name,
        String state,
        long lagEntries,
        double lagSeconds,
        int inFlight,
        int waiting,
        int retrying,
        int dead,
        double failingSeconds) {
    static final String RUNNING = "running";
    static final String RETRYING = "retrying since ";

    /** Whether it gives out events, or waits for its sink. */
    boolean running() {
        return state.equals(RUNNING) || state.startsWith(RETRYING);
    }

    SubscriptionStatus withLag(EventFeed feed, FeedPlace doneTo, long nowMillis) {
        long done = Math.max(0, doneTo.offset() - 1);
        long entries = Math.max(0, feed.end() - done);
        long oldest = entries == 0 ? 0 : feed.storedMillisAfter(done);
        double seconds = oldest == 0 ? 0 : Math.max(0, nowMillis - oldest) / 1000.0;
        return new SubscriptionStatus(name, state, entries, seconds, inFlight, waiting, retrying, dead, failingSeconds);
    }
}
