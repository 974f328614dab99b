package org.agentos.federation.limits;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.settings.LimitKind;
import org.agentos.federation.settings.LimitSet;
import org.agentos.federation.settings.LimitSettings;
import org.agentos.federation.settings.Rate;

/** The limits of tenants, of all callers together and of peers, as they stand before a request. Thread-safe. */
public final class Limits {
    private static final String TENANT = "tenant";
    private static final String PEER = "peer";
    private static final String ROUTE = "route";

    private final LimitSettings settings;
    private final QuotaUse quotas;
    private final Places places = new Places();
    private final Map<LimitKind, SharedBucket> routes = new EnumMap<>(LimitKind.class);
    private final Map<LimitKind, TenantBuckets> tenants = new EnumMap<>(LimitKind.class);
    private final Map<LimitKind, Boolean> concerned = new EnumMap<>(LimitKind.class);
    private final PeerBuckets peers;

    /** @param nanoTime by which rates go; quotas go by the clock of {@code quotas} */
    public Limits(LimitSettings settings, QuotaUse quotas, LongSupplier nanoTime) {
        this.settings = settings;
        this.quotas = quotas;
        this.peers = new PeerBuckets(nanoTime);
        settings.route().rates().forEach((kind, rate) -> routes.put(kind, new SharedBucket(rate, nanoTime)));
        for (LimitKind kind : LimitKind.values()) {
            tenants.put(
                    kind,
                    new TenantBuckets(
                            settings.perTenant().rates().get(kind), ownRates(kind), settings.maxTenants(), nanoTime));
            concerned.put(kind, settings.concerns(kind));
        }
    }

    private Map<String, Rate> ownRates(LimitKind kind) {
        Map<String, Rate> rates = new HashMap<>();
        settings.tenants().forEach((tenantId, limits) -> {
            if (limits.rates().containsKey(kind)) {
                rates.put(tenantId, limits.rates().get(kind));
            }
        });
        return rates;
    }

    /** Whether settings limit anything of this kind; a peer's entry may all the same. */
    boolean concerns(LimitKind kind) {
        return concerned.get(kind);
    }

    /** Whether a peer's entry limits anything that is taken from all its tenants. */
    static boolean concerns(Peer peer) {
        return !peer.limits().rates().isEmpty()
                || peer.limits().concurrentIngests().isPresent()
                || !peer.quotas().perDay().isEmpty();
    }

    Charge charge() {
        return new Charge(quotas);
    }

    /** What stands before a tenant's request, apart from peers. */
    List<Applied> before(LimitKind kind, String tenantId) {
        if (!concerns(kind)) {
            return List.of();
        }
        List<Applied> limits = new ArrayList<>();
        LimitSet own = settings.ofTenant(tenantId);
        places(limits, TENANT, kind, own, tenantId);
        tenants.get(kind)
                .of(tenantId)
                .ifPresent(bucket ->
                        limits.add(new AppliedRate(TENANT, kind, own.rates().get(kind), bucket, tenantId)));
        ofRoute(limits, kind, tenantId);
        Long quota = own.perDay().get(kind);
        if (quota != null) {
            limits.add(new AppliedQuota(
                    TENANT, kind, quota, quotas.counter(QuotaName.tenant(tenantId, kind)), quotas, true));
        }
        return limits;
    }

    /** What stands before a request of which nobody knows whose it is: shown, never taken of. */
    List<Applied> beforeUnknown(LimitKind kind) {
        List<Applied> limits = new ArrayList<>();
        Rate rate = settings.perTenant().rates().get(kind);
        if (rate != null) {
            limits.add(new AppliedRate(TENANT, kind, rate, null, ""));
        }
        ofRoute(limits, kind, "");
        Long quota = settings.perTenant().perDay().get(kind);
        if (quota != null) {
            limits.add(new AppliedQuota(TENANT, kind, quota, null, quotas, true));
        }
        return limits;
    }

    private void ofRoute(List<Applied> limits, LimitKind kind, String tenantId) {
        places(limits, ROUTE, kind, settings.route(), "");
        SharedBucket shared = routes.get(kind);
        if (shared != null) {
            limits.add(new AppliedRate(ROUTE, kind, shared.rate(), shared, tenantId));
        }
    }

    private void places(List<Applied> limits, String whose, LimitKind kind, LimitSet set, String id) {
        Integer most = set.concurrent().get(kind);
        if (most != null) {
            limits.add(new AppliedPlaces(whose, kind, most, places, whose + ' ' + kind.singular() + ' ' + id));
        }
    }

    /** What a peer's entry puts before a tenant's request to it, or that it pushes. */
    List<Applied> at(Peer peer, LimitKind kind, String tenantId) {
        List<Applied> limits = new ArrayList<>();
        if (kind == LimitKind.EVENTS) {
            peer.limits()
                    .concurrentIngests()
                    .ifPresent(most ->
                            limits.add(new AppliedPlaces(PEER, kind, most, places, PEER + " event " + peer.stackId())));
        }
        peers.of(peer, kind)
                .ifPresent(bucket -> limits.add(
                        new AppliedRate(PEER, kind, peer.limits().rates().get(kind), bucket, tenantId)));
        Long quota = peer.quotas().perDay().get(kind);
        if (quota != null) {
            String stackId = peer.stackId();
            limits.add(
                    new AppliedQuota(PEER, kind, quota, quotas.counter(QuotaName.peer(stackId, kind)), quotas, true));
            limits.add(new AppliedQuota(
                    PEER, kind, quota, quotas.counter(QuotaName.tenantAtPeer(tenantId, stackId, kind)), quotas, false));
        }
        return limits;
    }

    /** What was used today, for those who may see it. */
    public QuotaView quotas() {
        return new QuotaView(settings, quotas);
    }

    /** Forgets the rates of a peer that has left the registry; what was used of its quotas stays. */
    public void forget(String stackId) {
        peers.forget(stackId);
    }
}
