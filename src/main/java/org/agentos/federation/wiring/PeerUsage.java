package org.agentos.federation.wiring;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.agentos.federation.limits.QuotaView;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.views.PeerUse;
import org.agentos.federation.views.PeerView;

/** What forwards and mirrors make of the peers at the moment. */
public record PeerUsage(Parts parts) implements PeerUse {
    @Override
    public int forwards(String tenantId, String stackId) {
        return parts.visits.of(tenantId, stackId);
    }

    @Override
    public int forwards(String stackId) {
        return parts.inFlight.at(stackId);
    }

    @Override
    public int waiting(String stackId) {
        return parts.inFlight.waitingFor(stackId);
    }

    @Override
    public Map<String, Integer> mirrors(Optional<String> tenantId) {
        return parts.mirroring.working(tenantId);
    }

    @Override
    public Optional<PeerView.Quota> quota(String tenantId, Peer peer) {
        QuotaView quotas = parts.limits.quotas();
        Map<String, PeerView.QuotaUse> ofTenant = shown(quotas.ofTenant(tenantId));
        Map<String, PeerView.QuotaUse> atPeer = shown(quotas.atPeer(peer, tenantId));
        return ofTenant.isEmpty() && atPeer.isEmpty()
                ? Optional.empty()
                : Optional.of(new PeerView.Quota(ofTenant, atPeer, quotas.resetsAt()));
    }

    @Override
    public Map<String, PeerView.QuotaUse> quota(Peer peer) {
        return shown(parts.limits.quotas().ofPeer(peer));
    }

    private static Map<String, PeerView.QuotaUse> shown(Map<String, QuotaView.Use> uses) {
        Map<String, PeerView.QuotaUse> shown = new TreeMap<>();
        uses.forEach((name, use) -> shown.put(name, new PeerView.QuotaUse(use.limit(), use.used(), use.remaining())));
        return shown;
    }

    @Override
    public Optional<PeerView.LastError> lastError(String stackId) {
        return parts.failures
                .of(stackId)
                .map(failure -> new PeerView.LastError(
                        failure.outcome() + (failure.status() > 0 ? " " + failure.status() : ""),
                        failure.at().toString()));
    }
}
