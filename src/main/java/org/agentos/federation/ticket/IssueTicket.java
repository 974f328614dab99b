package org.agentos.federation.ticket;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.agentos.federation.audit.Audited;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Answers {@code POST /v1/federation/runs/{run_id}:ticket}, to a caller that a token let in and not a ticket. */
public final class IssueTicket implements Processor {
    private final Tickets tickets;
    private final EventLog log;
    private final Predicate<RunKey> forwarded;

    /** @param forwarded whether a run that may have no events was forwarded */
    public IssueTicket(Tickets tickets, EventLog log, Predicate<RunKey> forwarded) {
        this.tickets = tickets;
        this.log = log;
        this.forwarded = forwarded;
    }

    @Override
    public void process(Exchange exchange) {
        Caller caller = exchange.getProperty(AdmitCaller.CALLER, Caller.class);
        InboundRequest request = exchange.getProperty(InboundRequest.PROPERTY, InboundRequest.class);
        String runId = exchange.getMessage().getHeader("run_id", String.class);
        refuseUnreadable(new RunKey(caller.tenantId().orElseThrow(), runId));
        Ticket ticket = tickets.make(caller, runId, request);
        exchange.setProperty(Audited.PROPERTY, ticket);
        exchange.getMessage().setHeader("Cache-Control", "no-store");
        exchange.getMessage()
                .setBody(Map.of(
                        "ticket",
                        tickets.seal(ticket),
                        "expires_at",
                        ticket.expires().toString()));
    }

    /** As for the events themselves. */
    private void refuseUnreadable(RunKey run) {
        Optional<RunLog> found = log.find(run);
        if (found.isEmpty() && !forwarded.test(run)) {
            throw new FederationException(ErrorCode.NOT_FOUND, "there is no such run");
        }
        if (found.filter(RunLog::deleted).isPresent()) {
            throw new FederationException(ErrorCode.CURSOR_EXPIRED, "the run was deleted").detail("reason", "deleted");
        }
    }
}
