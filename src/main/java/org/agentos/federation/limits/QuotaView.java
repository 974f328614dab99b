package org.agentos.federation.limits;

import java.util.Map;
import java.util.TreeMap;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.settings.LimitKind;
import org.agentos.federation.settings.LimitSettings;

/** What is used of quotas today. */
public record QuotaView(LimitSettings settings, QuotaUse quotas) {
    /** The tenant's own, at all peers together; the names are those of the registry. */
    public Map<String, Use> ofTenant(String tenantId) {
        Map<String, Use> uses = new TreeMap<>();
        settings.ofTenant(tenantId)
                .perDay()
                .forEach((kind, quota) ->
                        uses.put(AppliedQuota.member(kind), use(quota, quotas.used(QuotaName.tenant(tenantId, kind)))));
        return uses;
    }

    /** A peer's, of all tenants. */
    public Map<String, Use> ofPeer(Peer peer) {
        Map<String, Use> uses = new TreeMap<>();
        peer.quotas()
                .perDay()
                .forEach((kind, quota) -> uses.put(
                        AppliedQuota.member(kind), use(quota, quotas.used(QuotaName.peer(peer.stackId(), kind)))));
        return uses;
    }

    /** What a tenant has used of a peer's, and what is left of it for all. */
    public Map<String, Use> atPeer(Peer peer, String tenantId) {
        Map<String, Use> uses = new TreeMap<>();
        for (Map.Entry<LimitKind, Long> quota : peer.quotas().perDay().entrySet()) {
            LimitKind kind = quota.getKey();
            long ofAll = quotas.used(QuotaName.peer(peer.stackId(), kind));
            long own = quotas.used(QuotaName.tenantAtPeer(tenantId, peer.stackId(), kind));
            uses.put(AppliedQuota.member(kind), new Use(quota.getValue(), own, Math.max(0, quota.getValue() - ofAll)));
        }
        return uses;
    }

    /** When the day ends and all is there again. */
    public String resetsAt() {
        return quotas.tomorrow().toString();
    }

    private static Use use(long quota, long used) {
        return new Use(quota, used, Math.max(0, quota - used));
    }

    /** Of one quota. */
    public record Use(long limit, long used, long remaining) {}
}
