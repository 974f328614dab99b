package org.agentos.federation.holder;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.agentos.federation.holder.HolderCall.Purpose;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * Settles who asks a holder for a run's state: nobody when the end is known or the answer is fresh, another request that
 * is asking already, which this one then waits for without a thread, or this one.
 */
public final class ClaimHolderState extends AsyncProcessorSupport {
    private final HeardStates states;
    private final InstantSource clock;
    private final Executor continuations;
    private final Duration patience;

    /**
     * @param patience for one answer: who polls wants one soon, and gets the last one known when the holder takes longer
     * @param continuations goes on with requests that waited for another's answer
     */
    public ClaimHolderState(HeardStates states, Duration patience, InstantSource clock, Executor continuations) {
        this.patience = patience;
        this.states = states;
        this.clock = clock;
        this.continuations = continuations;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        HolderCall call = exchange.getProperty(HolderCall.PROPERTY, HolderCall.class);
        if (call.isOver() || call.holder().isEmpty() || call.heard().isPresent()) {
            callback.done(true);
            return true;
        }
        Instant now = clock.instant();
        HeardStates.Claim claim = states.claim(call.key(), now);
        if (claim.mine()) {
            call.own(claim.answer());
            call.begin(Purpose.STATE, now.plus(patience));
            callback.done(true);
            return true;
        }
        return join(call, claim.answer(), callback);
    }

    private boolean join(HolderCall call, CompletableFuture<HeardState> answer, AsyncCallback callback) {
        if (answer.isDone()) {
            call.hear(answer.join());
            callback.done(true);
            return true;
        }
        HeardState tooLate = HeardState.none(new HeardState.Problem("timed_out", null), clock.instant());
        CompletionStage<HeardState> waited =
                answer.copy().completeOnTimeout(tooLate, 2 * patience.toMillis(), TimeUnit.MILLISECONDS);
        waited.thenAcceptAsync(
                heard -> {
                    call.hear(heard);
                    callback.done(false);
                },
                continuations);
        return false;
    }
}
