package org.agentos.federation.holder;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
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

    private final Supplier<ForwardSettings> current;
    private final ForwardSettings initial;
    private final CancelLimits limits;
    private final PeerGuards guards;
    private final HolderMeters meters;
    private final InstantSource clock;
    private final RandomGenerator random;

    /** @param settings of the moment; the redelivery policy of the routes has those of the start */
    public NoteHolderFailure(
            Supplier<ForwardSettings> settings,
            CancelLimits limits,
            PeerGuards guards,
            HolderMeters meters,
            InstantSource clock,
            RandomGenerator random) {
        this.current = settings;
        this.initial = settings.get();
        this.limits = limits;
        this.guards = guards;
        this.meters = meters;
        this.clock = clock;
        this.random = random;
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
        failure.retryAfter().or(() -> changedDelay(call)).ifPresent(delay -> exchange.getMessage()
                .setHeader(Exchange.REDELIVERY_DELAY, delay.toMillis()));
    }

    /** The wait where a reload has changed what the redelivery policy says. */
    private Optional<Duration> changedDelay(HolderCall call) {
        ForwardSettings settings = current.get();
        return settings.hasDelaysOf(initial)
                ? Optional.empty()
                : Optional.of(settings.delayAfter(call.attempts(), random));
    }

    private boolean isWorthAnother(HolderCall call, PeerFailure failure, Instant now) {
        Duration wait = failure.retryAfter().orElse(current.get().baseBackoff());
        Guard guard = guards.of(call.peer().stackId());
        return call.purpose() == Purpose.CANCEL
                && failure.passing()
                && call.attempts() < limits.attempts(call.peer())
                && call.remaining(now).compareTo(wait) > 0
                && !guard.breaker().isOpen()
                && guard.budget().takeRetry();
    }
}
