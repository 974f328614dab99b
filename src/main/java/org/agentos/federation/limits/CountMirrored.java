package org.agentos.federation.limits;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.ingest.IngestBatch;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.settings.LimitKind;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * The step that counts what mirrors bring in, in the quotas that pushed events count in. It refuses nothing: the gateway
 * fetches these events itself, and a run's log must not have a hole because a day's quota is used up.
 */
public final class CountMirrored extends AsyncProcessorSupport {
    private final Limits limits;
    private final PeerRegistry registry;
    private final Executor continuations;

    public CountMirrored(Limits limits, PeerRegistry registry, Executor continuations) {
        this.limits = limits;
        this.registry = registry;
        this.continuations = continuations;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        IngestBatch batch = (IngestBatch) exchange.getIn().getBody();
        List<AppliedQuota> quotas = batch.source().origin() == Origin.MIRRORED ? quotas(batch) : List.of();
        if (quotas.isEmpty()) {
            callback.done(true);
            return true;
        }
        Charge charge = limits.charge();
        charge.force(quotas, StoredAmounts.asked(batch, event -> false)::of);
        OnceOver.of(exchange, over -> charge.settle(StoredAmounts.stored(batch)::of));
        return RecordQuotaUse.goOnWhen(charge.keep(), exchange, callback, continuations);
    }

    private List<AppliedQuota> quotas(IngestBatch batch) {
        Optional<Peer> peer = batch.source().peer().flatMap(registry::find).filter(Limits::concerns);
        if (peer.isEmpty() && !limits.concerns(LimitKind.EVENTS) && !limits.concerns(LimitKind.BYTES)) {
            return List.of();
        }
        return batch.events().stream()
                .filter(event -> event.refusal() == null)
                .findFirst()
                .map(event -> event.event().run())
                .map(RunKey::tenantId)
                .map(tenantId -> LimitIngest.quotas(LimitIngest.ofIngest(limits, tenantId, peer)))
                .orElse(List.of());
    }
}
