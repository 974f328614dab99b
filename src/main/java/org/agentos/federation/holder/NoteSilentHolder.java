package org.agentos.federation.holder;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.forward.PeerFailure;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Keeps why a holder did not tell a run's state; the last one known is answered instead. */
public final class NoteSilentHolder implements Processor {
    private final InstantSource clock;

    public NoteSilentHolder(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) {
        HolderCall call = exchange.getProperty(HolderCall.PROPERTY, HolderCall.class);
        call.leave();
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        Instant now = clock.instant();
        call.hear(HeardState.none(problem(failure, now), now));
    }

    private static HeardState.Problem problem(Throwable failure, Instant now) {
        Optional<FederationException> own = FederationException.in(failure);
        if (own.isPresent()) {
            Object reason = own.get().details().get("reason");
            return new HeardState.Problem(reason == null ? own.get().code().wireName() : reason.toString(), null);
        }
        PeerFailure called = PeerFailure.of(failure, now);
        return new HeardState.Problem(called.outcome().label(), called.status() > 0 ? called.status() : null);
    }
}
