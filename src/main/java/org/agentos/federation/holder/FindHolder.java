package org.agentos.federation.holder;

import java.util.Optional;
import java.util.Set;
import org.agentos.federation.audit.Audited;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.error.Ids;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;
import org.agentos.federation.forward.store.ForwardEntry;
import org.agentos.federation.forward.store.ForwardIndex;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.agentos.federation.trust.PeerPolicy;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Finds the run a request is about, the peer that holds it, and whether its end is known here. May read the disk. */
public final class FindHolder implements Processor {
    private static final Set<String> ENDS = Set.of("completed", "failed", "canceled", ForwardEntry.DELETED);

    private final ForwardIndex index;
    private final EventLog log;
    private final PeerRegistry registry;
    private final PeerPolicy policy;

    public FindHolder(ForwardIndex index, EventLog log, PeerRegistry registry, PeerPolicy policy) {
        this.index = index;
        this.log = log;
        this.registry = registry;
        this.policy = policy;
    }

    @Override
    public void process(Exchange exchange) {
        Caller caller = exchange.getProperty(AdmitCaller.CALLER, Caller.class);
        RunKey run = new RunKey(
                caller.tenantId().orElseThrow(), exchange.getMessage().getHeader("run_id", String.class));
        Optional<ForwardEntry> entry = index.find(run);
        Optional<RunLog> events = log.find(run);
        if (entry.isEmpty() && events.isEmpty()) {
            throw new FederationException(ErrorCode.NOT_FOUND, "there is no such run");
        }
        boolean over = entry.map(known -> ENDS.contains(known.state())).orElse(false)
                || events.map(kept -> kept.end().isPresent() || kept.deleted()).orElse(false);
        Optional<Peer> holder = entry.map(ForwardEntry::remoteStackId)
                .or(() -> events.flatMap(RunLog::holder))
                .flatMap(registry::find)
                .filter(peer -> mayCall(peer, run, caller));
        HolderCall call = new HolderCall(run, caller, holder, over);
        exchange.setProperty(HolderCall.PROPERTY, call);
        exchange.setProperty(Audited.PROPERTY, call);
    }

    /** A dot segment as a run id would lead out of the path; an unfit id would look like another one to the peer. */
    private boolean mayCall(Peer peer, RunKey run, Caller caller) {
        return policy.mayUse(peer, run.tenantId())
                && !run.runId().equals(".")
                && !run.runId().equals("..")
                && Ids.fitHeader(run.tenantId())
                && caller.principalId().map(Ids::fitHeader).orElse(true);
    }
}
