package org.agentos.federation.subscription;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What takes a subscription's events. */
public interface Sink {
    /** Takes an event; may block. The stage completes, never exceptionally, when there is nothing more to try. */
    CompletionStage<Outcome> deliver(Delivery delivery);

    /**
     * What came of a delivery.
     *
     * @param redeliveries how often the sink itself tried again
     * @param failure why it has given up; empty when the event was taken
     * @param refused with a failure: the event is to be a dead letter, trying again is of no use
     */
    record Outcome(int redeliveries, Optional<Throwable> failure, boolean refused) {}
}
