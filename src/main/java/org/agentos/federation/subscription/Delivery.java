package org.agentos.federation.subscription;

import java.util.OptionalLong;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;

/**
 * One event on its way to a sink.
 *
 * @param place among the events of all runs; the same at every delivery
 * @param position the place in the run's log right after the event
 * @param type "" when the event has none
 * @param envelope the producer's own bytes, an array of its own
 * @param attempt 1 + how often its delivery has failed, as far as that was saved before a crash
 */
public record Delivery(
        FeedPlace place, RunKey run, Position position, String eventId, String type, ByteSlice envelope, int attempt) {

    /** Empty for an event without a sequence. */
    public OptionalLong sequence() {
        return position.unsequenced() == 0 ? OptionalLong.of(position.sequence()) : OptionalLong.empty();
    }

    Delivery again() {
        return new Delivery(place, run, position, eventId, type, envelope, attempt + 1);
    }
}
