package org.agentos.federation.forward;

import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.agentos.federation.error.Ids;
import org.agentos.federation.settings.ForwardSettings;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Makes the request of one attempt. Its headers are written here from nothing and by {@link PeerHeaders}; the URL is made of
 * the configured origin of the peer.
 */
public final class PreparePeerCall implements Processor {
    private final Duration attemptTimeout;
    private final PeerHeaders headers;
    private final InstantSource clock;
    private final RandomGenerator random;

    public PreparePeerCall(ForwardSettings settings, PeerHeaders headers, InstantSource clock, RandomGenerator random) {
        this.attemptTimeout = settings.attemptTimeout();
        this.headers = headers;
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
        setHeaders(message, forward);
        message.setHeader(Exchange.HTTP_URI, forward.url().toString());
        Duration limit = left.compareTo(attemptTimeout) < 0 ? left : attemptTimeout;
        message.setHeader(PeerCallLimits.ATTEMPT_MILLIS, Long.toString(limit.toMillis()));
        message.setHeader(PeerCallLimits.VISIT, Long.toString(forward.visit().number()));
        message.setBody(forward.request().run().toPeer(forward.key()));
    }

    private void setHeaders(Message message, Forward forward) {
        message.setHeader("Content-Type", "application/json");
        headers.set(message, forward.peer(), forward.caller(), forward.traceparent(random));
        if (Ids.fitHeader(forward.key())) {
            message.setHeader(
                    "Idempotency-Key", forward.key()); // any other key is in the body alone, where it is whole
        }
    }
}
