package org.agentos.federation.stream;

import java.util.Optional;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.http.InboundRequest;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Tells a refusal inside a stream of status 200, to clients that ask with {@code errors=stream}. A step of an error
 * policy, which asks first; so every step of a route is free to throw.
 */
public final class RefuseInStream implements Processor {

    /** Whether the failure at hand is a refusal whose client wants it so, and reads a form that is a stream. */
    public boolean isAsked(Exchange exchange) {
        return told(exchange).isPresent();
    }

    @Override
    public void process(Exchange exchange) {
        StreamRefusal told = told(exchange).orElseThrow();
        OpenEventStream.put(
                exchange.getMessage(), told.contentType(), told.body().getBytes());
    }

    private static Optional<StreamRefusal> told(Exchange exchange) {
        InboundRequest request = exchange.getProperty(InboundRequest.PROPERTY, InboundRequest.class);
        return FederationException.in(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class))
                .flatMap(refusal -> StreamRefusal.of(request, refusal, request.correlationId()));
    }
}
