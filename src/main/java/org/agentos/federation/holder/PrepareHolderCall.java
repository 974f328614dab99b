package org.agentos.federation.holder;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.agentos.federation.forward.PeerCallLimits;
import org.agentos.federation.forward.PeerHeaders;
import org.agentos.federation.forward.RevokedException;
import org.agentos.federation.holder.HolderCall.Purpose;
import org.agentos.federation.peer.PeerGuards;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.settings.ForwardSettings;
import org.agentos.federation.trust.PeerPolicy;
import org.agentos.federation.trust.Traceparent;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Makes the request of one attempt, once registry and breaker let it through: a reload may have come since the holder was
 * found. The URL is made of the peer's configured origin.
 */
public final class PrepareHolderCall implements Processor {
    private final Duration attemptTimeout;
    private final PeerHeaders headers;
    private final PeerGuards guards;
    private final PeerRegistry registry;
    private final PeerPolicy policy = new PeerPolicy();
    private final InstantSource clock;
    private final RandomGenerator random;

    public PrepareHolderCall(
            ForwardSettings settings,
            PeerHeaders headers,
            PeerGuards guards,
            PeerRegistry registry,
            InstantSource clock,
            RandomGenerator random) {
        this.attemptTimeout = settings.attemptTimeout();
        this.headers = headers;
        this.guards = guards;
        this.registry = registry;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public void process(Exchange exchange) {
        HolderCall call = exchange.getProperty(HolderCall.PROPERTY, HolderCall.class);
        Duration left = call.remaining(clock.instant());
        if (left.toMillis() <= 0) {
            throw HolderCall.tooLate();
        }
        requireAllowed(call);
        call.beginAttempt(guards.of(call.peer().stackId()));
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        String traceparent = call.caller().traceparent().orElseGet(() -> Traceparent.random(random));
        headers.set(message, call.peer(), call.caller(), traceparent);
        Duration limit = left.compareTo(attemptTimeout) < 0 ? left : attemptTimeout;
        message.setHeader(PeerCallLimits.ATTEMPT_MILLIS, Long.toString(limit.toMillis()));
        message.setHeader(Exchange.HTTP_URI, call.url().toString());
        setMethod(message, call.purpose());
    }

    /** Asked before the guard is: one of a peer that is gone would be kept. */
    private void requireAllowed(HolderCall call) {
        boolean allowed = registry.find(call.peer().stackId())
                .filter(peer -> policy.mayUse(peer, call.run().tenantId()))
                .isPresent();
        if (!allowed) {
            throw RevokedException.refusal();
        }
    }

    private static void setMethod(Message message, Purpose purpose) {
        boolean cancel = purpose == Purpose.CANCEL;
        message.setHeader(Exchange.HTTP_METHOD, cancel ? "POST" : "GET");
        if (cancel) {
            message.setHeader("Content-Type", "application/json");
        }
        message.setBody(cancel ? "{}".getBytes(StandardCharsets.UTF_8) : null);
    }
}
