package org.agentos.federation.wiring;

import java.util.Map;
import java.util.Optional;
import org.agentos.federation.audit.StreamCloses;
import org.agentos.federation.deletion.DeleteRun;
import org.agentos.federation.deletion.RequireRun;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.mirror.KeepCallerToken;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.stream.OpenEventStream;
import org.agentos.federation.stream.RefuseInStream;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.agentos.federation.views.ListRuns;
import org.agentos.federation.views.RunViews;
import org.agentos.federation.views.ShowRun;
import org.apache.camel.Exchange;

/** What routes name to show, read and delete runs. */
public final class RunBeans {
    private final Parts parts;

    RunBeans(Parts parts) {
        this.parts = parts;
    }

    void addTo(Map<String, Object> beans) {
        RunViews views = new RunViews(
                parts.stores.forwards.index(),
                parts.stores.log,
                parts.stores.cursors,
                parts.mirroring::state,
                parts.clock);
        beans.put("keepReaderToken", new KeepCallerToken(parts.mirroring.tokens, this::peerOfRun));
        beans.put(
                "openEventStream",
                new OpenEventStream(
                        parts.streams, new StreamCloses(parts.audit, parts.clock), parts.settings.retention()));
        beans.put("refuseInStream", new RefuseInStream());
        beans.put("showRun", new ShowRun(views));
        beans.put("listRuns", new ListRuns(views));
        beans.put("deleteRun", new DeleteRun(parts.stores.log, parts.mirroring::deleted, parts.threads.continuations));
        beans.put(
                "requireRun",
                new RequireRun(run -> parts.stores.forwards.index().find(run).isPresent()
                        || parts.stores.log.find(run).isPresent()));
    }

    private Optional<Peer> peerOfRun(Exchange exchange) {
        Caller caller = exchange.getProperty(AdmitCaller.CALLER, Caller.class);
        String runId = exchange.getMessage().getHeader("run_id", String.class);
        return caller.tenantId().flatMap(tenantId -> parts.mirroring.peerOf(new RunKey(tenantId, runId)));
    }
}
