package org.agentos.federation.trust;

import org.agentos.federation.peer.Peer;

/** Which tenants a token may name that a peer issued: those its policy allows, dry run or not. */
final class PeerTenants {
    private PeerTenants() {}

    /** @throws org.agentos.federation.error.FederationException {@code forbidden} for another tenant */
    static void require(Access access, VerifiedToken token) {
        boolean allowed = token.issuedBy().isEmpty()
                || token.tenantId().isEmpty()
                || mayName(token.issuedBy().get(), token.tenantId().get(), access);
        if (!allowed) {
            throw Denial.TENANT.refusal();
        }
    }

    /** For what is no tenant's a gateway asks in the name of its stack. */
    private static boolean mayName(Peer peer, String tenantId, Access access) {
        return peer.policy().tenants().allows(tenantId)
                || (access == Access.STACK && tenantId.equals("stack:" + peer.stackId()));
    }
}
