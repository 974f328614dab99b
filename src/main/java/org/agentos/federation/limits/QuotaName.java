package org.agentos.federation.limits;

import org.agentos.federation.settings.LimitKind;

/**
 * Whose quota of what.
 *
 * @param stackId "" where it is a tenant's own
 * @param tenantId "" where it is that of all tenants of a peer, or of the tenants that are not counted apart
 */
record QuotaName(Whose whose, String stackId, String tenantId, LimitKind kind) {
    enum Whose {
        TENANT,
        PEER,
        /** A tenant's part of what was used of a peer's quota; shown, not limited. */
        TENANT_AT_PEER
    }

    static QuotaName tenant(String tenantId, LimitKind kind) {
        return new QuotaName(Whose.TENANT, "", tenantId, kind);
    }

    static QuotaName peer(String stackId, LimitKind kind) {
        return new QuotaName(Whose.PEER, stackId, "", kind);
    }

    static QuotaName tenantAtPeer(String tenantId, String stackId, LimitKind kind) {
        return new QuotaName(Whose.TENANT_AT_PEER, stackId, tenantId, kind);
    }

    /** The counter of tenants for whom there is none of their own. */
    QuotaName ofTheOthers() {
        return new QuotaName(whose, stackId, "", kind);
    }
}
