package org.agentos.federation.subscription;

import java.util.List;
import java.util.OptionalLong;
import org.agentos.federation.eventlog.FeedPlace;

/**
 * What may go to the sink: events, and the places of dead letters that are delivered again.
 *
 * @param waitNanos after which there is more; empty when that comes of something else than time
 * @param sinkIsAway whether it takes nothing, as far as is known
 */
record Next(List<Given> events, List<FeedPlace> deadLetters, OptionalLong waitNanos, boolean sinkIsAway) {

    /** An event that goes to the sink; one that {@code waited} may have been taken out of the log meanwhile. */
    record Given(Delivery delivery, boolean waited) {}
}
