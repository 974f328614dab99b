package org.agentos.federation.forward;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.agentos.federation.settings.ForwardSettings;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Looks at each failed attempt before the redelivery policy decides: what it says of the peer, whether another one is
 * worth it, and whether its delay is the peer's own instead of the policy's.
 */
public final class NotePeerFailure implements Processor {
    private final RetryAdvice advice;
    private final PeerCallLog log;
    private final InstantSource clock;

    public NotePeerFailure(
            Supplier<ForwardSettings> settings,
            PeerChoice choice,
            PeerCallLog log,
            InstantSource clock,
            RandomGenerator random) {
        this.advice = new RetryAdvice(settings, choice, random);
        this.log = log;
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) {
        Forward forward = exchange.getProperty(Forward.PROPERTY, Forward.class);
        Instant now = clock.instant();
        PeerFailure failure = PeerFailure.of(exchange.getException(), now);
        forward.failed(failure.leavesDoubt());
        forward.visit().endAttempt(failure.outcome(), failure.status() > 0 || failure.leavesDoubt());
        forward.decide(advice.judge(forward, failure, now));
        log.failed(forward, failure);
        exchange.getMessage().removeHeader(Exchange.REDELIVERY_DELAY);
        advice.ownDelay(forward, failure)
                .ifPresent(delay -> exchange.getMessage().setHeader(Exchange.REDELIVERY_DELAY, delay.toMillis()));
    }
}
