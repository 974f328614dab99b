package org.agentos.federation.trust;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerRegistry;

/**
 * Who may push which events. Where certificates or tokens are in use the pusher is the peer they prove and every other
 * name in the request must be that one. Where neither is, the name is a claim: one the registry does not know is let in,
 * a peer it knows keeps to its policy and to the runs it holds.
 */
public final class IngestAdmission {
    private final PeerRegistry registry;
    private final PeerPolicy policy;
    private final boolean proofInUse;

    /** @param proofInUse whether client certificates are required or tokens are verified */
    public IngestAdmission(PeerRegistry registry, PeerPolicy policy, boolean proofInUse) {
        this.registry = registry;
        this.policy = policy;
        this.proofInUse = proofInUse;
    }

    /**
     * Settles who pushes a batch.
     *
     * @param caller with a tenant
     * @param named every peer the body names; the caller's {@code X-Peer-Id} is added here
     * @throws org.agentos.federation.error.FederationException {@code forbidden}, {@code details.reason} being a
     *     {@link Denial}
     */
    public Pusher admit(Caller caller, Set<String> named) {
        Set<String> claimed = new HashSet<>(named);
        caller.claimedPeer().ifPresent(claimed::add);
        Pusher pusher =
                caller.provenPeer().isPresent() ? proven(caller.provenPeer().get(), claimed) : claimed(claimed);
        pusher.peer()
                .flatMap(peer -> policy.ingest(peer, caller.tenantId().orElseThrow()))
                .ifPresent(denial -> {
                    throw denial.refusal();
                });
        return pusher;
    }

    /**
     * Judges one event of a batch that was let in.
     *
     * @param holder the peer the run lives on; empty for a run nobody forwarded and nobody pushed yet
     * @param agentId "" when the event names none
     * @param type "" when the event has none
     */
    public Optional<Denial> judge(Pusher pusher, Optional<String> holder, String agentId, String type, int bytes) {
        if (pusher.peer().isEmpty()) {
            return Optional.empty();
        }
        Peer peer = pusher.peer().get();
        if (holder.isPresent() && !holder.get().equals(peer.stackId())) {
            return Optional.of(Denial.HOLDER);
        }
        return policy.event(peer, agentId, type, bytes);
    }

    private Pusher proven(String stackId, Set<String> claimed) {
        if (!Set.of(stackId).containsAll(claimed)) {
            throw Denial.PEER_MISMATCH.refusal();
        }
        Peer peer = registry.find(stackId).orElseThrow(Denial.PEER_NOT_PROVEN::refusal);
        return new Pusher(Optional.of(stackId), Optional.of(peer), true);
    }

    private Pusher claimed(Set<String> claimed) {
        if (proofInUse) {
            throw Denial.PEER_NOT_PROVEN.refusal();
        }
        if (claimed.size() > 1) {
            throw Denial.PEER_MISMATCH.refusal();
        }
        Optional<String> name = claimed.stream().findFirst();
        return new Pusher(name, name.flatMap(registry::find), false);
    }
}
