package org.agentos.federation.settings;

import java.util.Map;

/**
 * Rates, concurrency and quotas as the operator set them; those of peers stand in the registry.
 *
 * @param route of all callers together
 * @param perTenant of each tenant without limits of its own
 * @param tenants of single tenants, complete: what one does not set is as for all others
 * @param maxTenants tenants that are counted apart from each other
 */
public record LimitSettings(LimitSet route, LimitSet perTenant, Map<String, LimitSet> tenants, int maxTenants) {
    public LimitSettings {
        tenants = Map.copyOf(tenants);
    }

    public LimitSet ofTenant(String tenantId) {
        return tenants.getOrDefault(tenantId, perTenant);
    }

    /** Whether anything of this kind is limited for any tenant or for all callers together. */
    public boolean concerns(LimitKind kind) {
        return route.concerns(kind)
                || perTenant.concerns(kind)
                || tenants.values().stream().anyMatch(limits -> limits.concerns(kind));
    }
}
