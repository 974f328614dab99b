package org.agentos.federation.limits;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.ingest.IngestBatch;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.settings.LimitKind;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step that a pushed batch passes whole, or is refused by before its first event. The rate of events is for all events of
 * the batch, at least one, whatever becomes of them; the rate of bytes for the envelopes that ask to be stored; quotas for what
 * is newly stored in the end: events the log knows are not asked for, and what it did not store anew is given back.
 */
public final class LimitIngest implements Processor {
    private final Limits limits;
    private final PeerRegistry registry;
    private final Predicate<IncomingEvent> known;

    /** @param known whether the log holds an event of this id, as far as that can be told at once */
    public LimitIngest(Limits limits, PeerRegistry registry, Predicate<IncomingEvent> known) {
        this.limits = limits;
        this.registry = registry;
        this.known = known;
    }

    @Override
    public void process(Exchange exchange) {
        IngestBatch batch = (IngestBatch) exchange.getIn().getBody();
        Optional<Peer> peer = batch.source().peer().flatMap(registry::find).filter(Limits::concerns);
        if (peer.isEmpty() && !limits.concerns(LimitKind.EVENTS) && !limits.concerns(LimitKind.BYTES)) {
            return;
        }
        Caller caller = exchange.getProperty(AdmitCaller.CALLER, Caller.class);
        Charge charge = limits.charge();
        exchange.setProperty(Charge.PROPERTY, charge);
        // First: whatever goes wrong from here on, places are left again.
        OnceOver.of(exchange, over -> charge.settle(StoredAmounts.stored(batch)::of));
        take(charge, batch, of(caller.tenantId().orElseThrow(), peer)).ifPresent(refusal -> {
            throw refusal;
        });
    }

    private List<Applied> of(String tenantId, Optional<Peer> peer) {
        return ofIngest(limits, tenantId, peer);
    }

    /** What stands before events of a tenant, pushed by a peer. */
    static List<Applied> ofIngest(Limits limits, String tenantId, Optional<Peer> peer) {
        List<Applied> all = new ArrayList<>();
        for (LimitKind kind : List.of(LimitKind.EVENTS, LimitKind.BYTES)) {
            all.addAll(limits.before(kind, tenantId));
            peer.ifPresent(pusher -> all.addAll(limits.at(pusher, kind, tenantId)));
        }
        return all;
    }

    private Optional<FederationException> take(Charge charge, IngestBatch batch, List<Applied> all) {
        List<Applied> rates =
                all.stream().filter(limit -> !(limit instanceof AppliedQuota)).toList();
        List<AppliedQuota> quotas = quotas(all);
        StoredAmounts asked = StoredAmounts.asked(batch, event -> false);
        StoredAmounts sent = new StoredAmounts(Math.max(1, batch.events().size()), asked.bytes());
        Optional<FederationException> refusal = charge.take(rates, sent::of);
        if (refusal.isPresent() || quotas.isEmpty()) {
            charge.show(refusal.isPresent() ? List.copyOf(quotas) : List.of());
            return refusal;
        }
        StoredAmounts news = StoredAmounts.asked(batch, known);
        Optional<FederationException> over = charge.take(quotas, news::of);
        over.ifPresent(no -> charge.undo());
        return over;
    }

    static List<AppliedQuota> quotas(List<Applied> limits) {
        return limits.stream()
                .filter(AppliedQuota.class::isInstance)
                .map(AppliedQuota.class::cast)
                .toList();
    }
}
