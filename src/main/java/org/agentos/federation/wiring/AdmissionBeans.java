package org.agentos.federation.wiring;

import java.util.Map;
import org.agentos.federation.http.OwnOrigin;
import org.agentos.federation.ticket.AdmitStreamReader;
import org.agentos.federation.ticket.IssueTicket;
import org.agentos.federation.ticket.RequireTickets;
import org.agentos.federation.ticket.TicketCodec;
import org.agentos.federation.ticket.Tickets;
import org.agentos.federation.trust.Access;
import org.agentos.federation.trust.Admission;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.PeerIdentity;
import org.agentos.federation.trust.ProveCaller;
import org.apache.camel.Processor;

/** What routes name to settle who calls and what it may do, tickets included. */
public final class AdmissionBeans {
    private final Parts parts;

    AdmissionBeans(Parts parts) {
        this.parts = parts;
    }

    void addTo(Map<String, Object> beans) {
        Admission admission = new Admission(
                parts.settings.profile(),
                parts.reviewed.tokens(),
                new PeerIdentity(parts.reviewed.registry(), parts.clock),
                parts.settings.stack().defaultTenant());
        beans.put("proveForwarder", new ProveCaller(admission, Access.FORWARD));
        beans.put("provePusher", new ProveCaller(admission, Access.INGEST));
        beans.put("admitForward", new AdmitCaller(admission, Access.FORWARD));
        beans.put("admitIngest", new AdmitCaller(admission, Access.INGEST));
        beans.put("admitRunReader", new AdmitCaller(admission, Access.READ_RUNS));
        beans.put("admitForwardSettler", new AdmitCaller(admission, Access.SETTLE_FORWARDS));
        beans.put("admitRunCanceler", new AdmitCaller(admission, Access.CANCEL_RUNS));
        beans.put("admitRunDeleter", new AdmitCaller(admission, Access.DELETE_RUNS));
        AdmitCaller eventReader = new AdmitCaller(admission, Access.READ_EVENTS);
        beans.put("admitEventReader", eventReader);
        addTickets(beans, eventReader);
        beans.put("admitAuditReader", new AdmitCaller(admission, Access.AUDIT));
        beans.put("admitPeerReader", new AdmitCaller(admission, Access.PEERS));
        beans.put("admitStackReader", new AdmitCaller(admission, Access.STACK));
        beans.put(
                "admitScraper",
                parts.settings.trust().metricsRequireAuth()
                        ? new AdmitCaller(admission, Access.METRICS)
                        : (Processor) exchange -> {});
    }

    private void addTickets(Map<String, Object> beans, AdmitCaller eventReader) {
        Tickets tickets = new Tickets(
                new TicketCodec(parts.stores.log::cursorKeys),
                parts.settings.ticket(),
                OwnOrigin.of(parts.settings.http()),
                parts.settings.jwt().leeway(),
                parts.clock);
        beans.put("requireTickets", new RequireTickets(tickets));
        beans.put("issueTicket", new IssueTicket(tickets, parts.stores.log, run -> parts.stores
                .forwards
                .index()
                .find(run)
                .isPresent()));
        beans.put("admitStreamReader", new AdmitStreamReader(tickets, eventReader));
    }
}
