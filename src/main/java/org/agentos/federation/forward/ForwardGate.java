package org.agentos.federation.forward;

import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.trust.Denial;
import org.agentos.federation.trust.PeerPolicy;

/** Whether a forward may go to a peer that is named, as registry and policy have it. */
public final class ForwardGate {
    private final PeerRegistry registry;
    private final PeerPolicy policy;

    public ForwardGate(PeerRegistry registry, PeerPolicy policy) {
        this.registry = registry;
        this.policy = policy;
    }

    /**
     * Gives the peer of this name, if a forward of the tenant and agent may go there.
     *
     * @throws FederationException {@code unavailable} without a registry, {@code peer_not_found} also for a peer that the
     *     tenant may not use, {@code forbidden} with {@code details.reason}
     */
    public Peer admit(String stackId, String tenantId, String agentId) {
        Peer peer = known(stackId, tenantId);
        policy.forward(peer, tenantId, agentId).ifPresent(denial -> {
            throw forbidden(peer, denial);
        });
        return peer;
    }

    /**
     * Gives the peer of this name, if the tenant may know of it.
     *
     * @throws FederationException {@code unavailable} without a registry, {@code peer_not_found}
     */
    public Peer known(String stackId, String tenantId) {
        requireRegistry();
        return registry.find(stackId)
                .filter(found -> policy.mayUse(found, tenantId))
                .orElseThrow(() ->
                        new FederationException(ErrorCode.PEER_NOT_FOUND, "No such peer.").detail("stack_id", stackId));
    }

    void requireRegistry() {
        if (!registry.configured()) {
            throw new FederationException(ErrorCode.UNAVAILABLE, "No peer registry is configured.");
        }
    }

    static FederationException forbidden(Peer peer, Denial denial) {
        return new FederationException(ErrorCode.FORBIDDEN, "The policy of this peer does not allow the forward.")
                .detail("reason", denial.wireName())
                .detail("stack_id", peer.stackId());
    }
}
