package org.agentos.federation.trust;

import java.util.Optional;
import org.agentos.federation.peer.Peer;

/**
 * What the policy of a peer allows. A dry run logs what would be denied and allows it, tenants apart: whose data a peer
 * may see is never tried out.
 */
public final class PeerPolicy {
    private static final String FORWARD = "forward";
    private static final String INGEST = "ingest";

    private final DryRun dryRun;

    /** Is told what a dry run allows though the policy denies it. */
    public interface DryRun {
        /** Called before it is allowed, with the value that the rule does not take. */
        void wouldDeny(Peer peer, Denial rule, String value);
    }

    /** Logs what dry runs would deny. */
    public PeerPolicy() {
        this(new DryRunLog(System::nanoTime));
    }

    public PeerPolicy(DryRun dryRun) {
        this.dryRun = dryRun;
    }

    /** Whether a tenant may know of a peer at all; where not, the peer does not exist for it. */
    public boolean mayUse(Peer peer, String tenantId) {
        return peer.policy().tenants().allows(tenantId);
    }

    /** Whether runs of this agent may be started on the peer for this tenant. */
    public Optional<Denial> forward(Peer peer, String tenantId, String agentId) {
        Peer.Policy policy = peer.policy();
        if (!mayUse(peer, tenantId)) {
            return Optional.of(Denial.TENANT);
        }
        if (!policy.directions().allows(FORWARD)) {
            return denied(peer, Denial.DIRECTION, FORWARD);
        }
        return policy.agents().allows(agentId) ? Optional.empty() : denied(peer, Denial.AGENT, agentId);
    }

    /** Whether runs that were started on the peer for this tenant are read from it: where such runs may be started. */
    public boolean mayMirror(Peer peer, String tenantId) {
        return mayUse(peer, tenantId)
                && (peer.policy().dryRun() || peer.policy().directions().allows(FORWARD));
    }

    /** Whether the peer may push events for this tenant at all. */
    public Optional<Denial> ingest(Peer peer, String tenantId) {
        if (!mayUse(peer, tenantId)) {
            return Optional.of(Denial.TENANT);
        }
        return peer.policy().directions().allows(INGEST) ? Optional.empty() : denied(peer, Denial.DIRECTION, INGEST);
    }

    /**
     * Whether the peer may push this one event.
     *
     * @param agentId "" when the event names none, which only a policy for all agents allows
     * @param type "" when the event has none, which only a policy for all types allows
     */
    public Optional<Denial> event(Peer peer, String agentId, String type, int bytes) {
        Peer.Policy policy = peer.policy();
        if (!policy.eventTypes().allows(type)) {
            return denied(peer, Denial.EVENT_TYPE, type);
        }
        if (!policy.agents().allows(agentId)) {
            return denied(peer, Denial.AGENT, agentId);
        }
        return bytes <= policy.maxEventBytes().orElse(Integer.MAX_VALUE)
                ? Optional.empty()
                : denied(peer, Denial.EVENT_SIZE, Integer.toString(bytes));
    }

    private Optional<Denial> denied(Peer peer, Denial denial, String value) {
        if (!peer.policy().dryRun()) {
            return Optional.of(denial);
        }
        dryRun.wouldDeny(peer, denial, value);
        return Optional.empty();
    }
}
