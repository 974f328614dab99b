package org.agentos.federation.ticket;

import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** The first step of a route that is there only where tickets are in use: elsewhere there is nothing at its path. */
public final class RequireTickets implements Processor {
    private final Tickets tickets;

    public RequireTickets(Tickets tickets) {
        this.tickets = tickets;
    }

    @Override
    public void process(Exchange exchange) {
        if (!tickets.inUse()) {
            throw new FederationException(ErrorCode.NOT_FOUND, "There is nothing at this path.");
        }
    }
}
