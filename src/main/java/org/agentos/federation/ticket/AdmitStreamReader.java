package org.agentos.federation.ticket;

import org.agentos.federation.audit.Audited;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step of a route for one run's events that lets a caller in or throws: by the ticket that the request shows, else as
 * any other caller. It reads and sets what {@link AdmitCaller} does, and reads the header {@code run_id}.
 */
public final class AdmitStreamReader implements Processor {
    private final Tickets tickets;
    private final AdmitCaller otherwise;

    public AdmitStreamReader(Tickets tickets, AdmitCaller otherwise) {
        this.tickets = tickets;
        this.otherwise = otherwise;
    }

    @Override
    public void process(Exchange exchange) {
        InboundRequest request = exchange.getProperty(InboundRequest.PROPERTY, InboundRequest.class);
        if (!request.query().containsKey(Tickets.PARAMETER)) {
            otherwise.process(exchange);
            return;
        }
        Ticket ticket = tickets.open(request);
        Caller holder = Tickets.holder(ticket, request);
        exchange.setProperty(AdmitCaller.IDENTIFIED, holder);
        exchange.setProperty(Audited.PROPERTY, ticket);
        tickets.requireFit(ticket, exchange.getMessage().getHeader("run_id", String.class), request);
        exchange.setProperty(AdmitCaller.CALLER, holder);
    }
}
