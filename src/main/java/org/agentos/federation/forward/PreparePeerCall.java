package org.agentos.federation.forward;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.agentos.federation.error.Ids;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.settings.ForwardSettings;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Makes the request of one attempt. Its headers are written here from nothing: what the caller sent goes to a peer only
 * where a line below says so, and its Authorization only to the configured origin of the peer, which the URL is made of.
 */
public final class PreparePeerCall implements Processor {
    private final Duration attemptTimeout;
    private final Function<Peer, Optional<String>> ownAuthorization;
    private final InstantSource clock;
    private final RandomGenerator random;

    /** @param ownAuthorization the Authorization header of this gateway for peers that take its own token */
    public PreparePeerCall(
            ForwardSettings settings,
            Function<Peer, Optional<String>> ownAuthorization,
            InstantSource clock,
            RandomGenerator random) {
        this.attemptTimeout = settings.attemptTimeout();
        this.ownAuthorization = ownAuthorization;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public void process(Exchange exchange) {
        Forward forward = exchange.getProperty(Forward.PROPERTY, Forward.class);
        Duration left = forward.remaining(clock.instant());
        if (left.toMillis() <= 0) {
            throw ForwardRefusal.timeout(forward);
        }
        forward.attempt();
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_URI, forward.url().toString());
        Duration limit = left.compareTo(attemptTimeout) < 0 ? left : attemptTimeout;
        message.setHeader(PeerCallLimits.ATTEMPT_MILLIS, Long.toString(limit.toMillis()));
        setHeaders(message, forward);
        message.setBody(forward.request().run().toPeer(forward.key()));
    }

    private void setHeaders(Message message, Forward forward) {
        Caller caller = forward.caller();
        message.setHeader("Content-Type", "application/json");
        message.setHeader("Accept", "application/json");
        message.setHeader("X-Tenant-Id", forward.tenantId());
        caller.principalId().ifPresent(id -> message.setHeader("X-Principal-Id", id));
        message.setHeader("X-Request-Id", caller.requestId());
        message.setHeader("X-Correlation-Id", caller.correlationId());
        if (Ids.fitHeader(forward.key())) {
            message.setHeader(
                    "Idempotency-Key", forward.key()); // any other key is in the body alone, where it is whole
        }
        message.setHeader("traceparent", forward.traceparent(random));
        authorization(forward).ifPresent(value -> message.setHeader("Authorization", value));
    }

    private Optional<String> authorization(Forward forward) {
        return switch (forward.peer().token()) {
            case CALLER -> forward.caller().authorization();
            case OWN -> ownAuthorization.apply(forward.peer());
            case NONE -> Optional.empty();
        };
    }
}
