package org.agentos.federation.subscription;

import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.RunKey;

/**
 * An event whose delivery has failed and that is delivered again, for operators.
 *
 * @param sinceMillis when it failed first, since 1970
 * @param attempts how often it was given to the route and failed
 * @param nextMillis before which it is not given to the route again, since 1970; past while it is there
 * @param reason why it failed last; cut to {@link Retries#MAX_REASON} characters
 */
public record RetryingEvent(
        FeedPlace place, RunKey run, String eventId, long sinceMillis, int attempts, long nextMillis, String reason) {

    static RetryingEvent of(Delivery last, long sinceMillis, long nextMillis, String reason) {
        return new RetryingEvent(
                last.place(), last.run(), last.eventId(), sinceMillis, last.attempt(), nextMillis, reason);
    }
}
