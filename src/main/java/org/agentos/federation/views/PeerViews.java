package org.agentos.federation.views;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerCapabilities;
import org.agentos.federation.peer.PeerGuards;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.trust.Caller;
import org.agentos.federation.trust.PeerPolicy;

/** Puts together what registry, policy and capabilities say of the peers a tenant may use. Never waits. */
public final class PeerViews {
    private static final String OPERATOR = "platform:admin";

    private final PeerRegistry registry;
    private final PeerPolicy policy;
    private final PeerCapabilities capabilities;
    private final PeerGuards guards;
    private final ToIntFunction<Peer> inFlight;
    private final InstantSource clock;

    public PeerViews(
            PeerRegistry registry,
            PeerPolicy policy,
            PeerCapabilities capabilities,
            PeerGuards guards,
            ToIntFunction<Peer> inFlight,
            InstantSource clock) {
        this.registry = registry;
        this.policy = policy;
        this.capabilities = capabilities;
        this.guards = guards;
        this.inFlight = inFlight;
        this.clock = clock;
    }

    /**
     * The peers the caller's tenant may use, in the order of the registry.
     *
     * @throws FederationException {@code unavailable} without a registry
     */
    public List<PeerView> list(Caller caller) {
        if (!registry.configured()) {
            throw new FederationException(ErrorCode.UNAVAILABLE, "no peer registry is configured");
        }
        return registry.peers().stream()
                .filter(peer -> policy.mayUse(peer, caller.tenantId().orElseThrow()))
                .map(peer -> view(peer, caller))
                .toList();
    }

    /**
     * One peer.
     *
     * @throws FederationException {@code peer_not_found}, also for one the tenant may not use
     */
    public PeerView show(Caller caller, String stackId) {
        return list(caller).stream()
                .filter(view -> view.stackId().equals(stackId))
                .findFirst()
                .orElseThrow(() -> new FederationException(ErrorCode.PEER_NOT_FOUND, "there is no such peer"));
    }

    private String reachability(Peer peer, boolean answeredBefore) {
        if (!answeredBefore) {
            return "unknown";
        }
        return capabilities.isSilent(peer) ? "unreachable" : "reachable";
    }

    private PeerView view(Peer peer, Caller caller) {
        Optional<PeerCapabilities.Answer> answer = capabilities.answer(peer.stackId());
        return new PeerView(
                peer.stackId(),
                peer.info(),
                reachability(peer, answer.isPresent()),
                guards.of(peer.stackId()).breaker().state(),
                answer.map(said -> Duration.between(said.at(), clock.instant()).toMillis())
                        .orElse(null),
                capabilities.of(peer.stackId()).names().stream().sorted().toList(),
                caller.mayDo(OPERATOR) ? inFlight.applyAsInt(peer) : null);
    }
}
