package org.agentos.federation.holder;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.forward.PeerRefusal;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps why a cancel was not taken, until it is known how the run stands: a holder that refuses may do so because the run
 * is over. One that could not be reached is not asked again.
 */
public final class KeepCancelRefusal implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(KeepCancelRefusal.class);

    private final HeardStates states;
    private final InstantSource clock;

    public KeepCancelRefusal(HeardStates states, InstantSource clock) {
        this.states = states;
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) {
        HolderCall call = exchange.getProperty(HolderCall.PROPERTY, HolderCall.class);
        call.leave();
        Instant now = clock.instant();
        FederationException refusal =
                translate(call, exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class), now);
        call.refuse(refusal);
        if (refusal.code() == ErrorCode.FORWARD_REJECTED) {
            states.forget(call.key());
        } else {
            call.hear(HeardState.none(new HeardState.Problem(refusal.code().wireName(), null), now));
        }
    }

    private static FederationException translate(HolderCall call, Throwable failure, Instant now) {
        if (failure instanceof IOException && call.remaining(now).toMillis() <= 0) {
            return HolderCall.tooLate();
        }
        return FederationException.in(failure)
                .or(() -> PeerRefusal.of(failure, now))
                .orElseGet(() -> {
                    LOG.error("A cancel failed correlation_id={}", call.caller().correlationId(), failure);
                    return new FederationException(ErrorCode.INTERNAL_ERROR, "The cancel failed.");
                });
    }
}
