package org.agentos.federation.holder;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.agentos.federation.forward.PeerFailure;
import org.agentos.federation.holder.HolderCall.Purpose;
import org.agentos.federation.peer.PeerGuards;
import org.agentos.federation.peer.PeerGuards.Guard;
import org.agentos.federation.settings.ForwardSettings;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at each failed attempt before the redelivery policy decides: tells the breaker, and says whether another one is
 * worth it. A cancel does no harm twice; a question is put again by whoever polls.
 */
public final class NoteHolderFailure implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(NoteHolderFailure.class);

    private final ForwardSettings settings;
    private final PeerGuards guards;
    private final HolderMeters meters;
    private final InstantSource clock;

    public NoteHolderFailure(ForwardSettings settings, PeerGuards guards, HolderMeters meters, InstantSource clock) {
        this.settings = settings;
        this.guards = guards;
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) {
        HolderCall call = exchange.getProperty(HolderCall.PROPERTY, HolderCall.class);
        Instant now = clock.instant();
        PeerFailure failure = PeerFailure.of(exchange.getException(), now);
        call.endAttempt(failure.outcome().verdict(), isWorthAnother(call, failure, now));
        meters.failed(call, failure.outcome());
        LOG.info(
                "A call to the holder of a run failed peer={} purpose={} outcome={} status={} again={} correlation_id={}",
                call.peer().stackId(),
                call.purpose(),
                failure.outcome().label(),
                failure.status(),
                call.mayTryAgain(),
                call.caller().correlationId());
        exchange.getMessage().removeHeader(Exchange.REDELIVERY_DELAY);
        failure.retryAfter()
                .ifPresent(delay -> exchange.getMessage().setHeader(Exchange.REDELIVERY_DELAY, delay.toMillis()));
    }

    private boolean isWorthAnother(HolderCall call, PeerFailure failure, Instant now) {
        int attempts = call.peer().redelivery().maxAttempts().orElse(settings.maxAttempts());
        Duration wait = failure.retryAfter().orElse(settings.baseBackoff());
        Guard guard = guards.of(call.peer().stackId());
        return call.purpose() == Purpose.CANCEL
                && failure.passing()
                && call.attempts() < attempts
                && call.remaining(now).compareTo(wait) > 0
                && !guard.breaker().isOpen()
                && guard.budget().takeRetry();
    }
}
