package org.agentos.federation.views;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.peer.Capabilities;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerCapabilities;
import org.agentos.federation.peer.PeerGuards;
import org.agentos.federation.peer.PeerInfo;
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
    private final PeerUse use;
    private final InstantSource clock;

    public PeerViews(
            PeerRegistry registry,
            PeerPolicy policy,
            PeerCapabilities capabilities,
            PeerGuards guards,
            PeerUse use,
            InstantSource clock) {
        this.registry = registry;
        this.policy = policy;
        this.capabilities = capabilities;
        this.guards = guards;
        this.use = use;
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
        String tenantId = caller.tenantId().orElseThrow();
        Map<String, Integer> mirrors = use.mirrors(Optional.of(tenantId));
        Optional<Map<String, Integer>> allMirrors =
                caller.mayDo(OPERATOR) ? Optional.of(use.mirrors(Optional.empty())) : Optional.empty();
        return registry.peers().stream()
                .filter(peer -> policy.mayUse(peer, tenantId))
                .map(peer -> view(peer, tenantId, mirrors, allMirrors))
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

    /** @param allMirrors of operators only, as are totals and errors */
    private PeerView view(
            Peer peer, String tenantId, Map<String, Integer> mirrors, Optional<Map<String, Integer>> allMirrors) {
        String stackId = peer.stackId();
        Optional<PeerCapabilities.Answer> answer = capabilities.answer(stackId);
        Capabilities known = capabilities.of(stackId);
        return new PeerView(
                stackId,
                peer.info(),
                reachability(peer, answer.isPresent()),
                guards.of(stackId).breaker().state(),
                answer.map(said -> Duration.between(said.at(), clock.instant()).toMillis())
                        .orElse(null),
                new PeerView.Negotiated(
                        peer.info().speaksOurVersion() ? PeerInfo.API_VERSION : null,
                        known.speaksOurProtocol() ? Capabilities.PROTOCOL : null),
                known.names().stream().sorted().toList(),
                peer.replays() || known.supports(Capabilities.EVENTS_REPLAY) ? "peer" : "local_buffer",
                peer.keysHonoured() && !known.denies(Capabilities.IDEMPOTENCY_KEYS),
                peer.token().name().toLowerCase(Locale.ROOT),
                use.forwards(tenantId, stackId),
                mirrors.getOrDefault(stackId, 0),
                use.quota(tenantId, peer).orElse(null),
                allMirrors.map(all -> totals(peer, all)).orElse(null),
                allMirrors.map(all -> lastErrors(stackId)).orElse(null));
    }

    private PeerView.Totals totals(Peer peer, Map<String, Integer> mirrors) {
        String stackId = peer.stackId();
        return new PeerView.Totals(
                use.forwards(stackId), use.waiting(stackId), mirrors.getOrDefault(stackId, 0), use.quota(peer));
    }

    private PeerView.LastErrors lastErrors(String stackId) {
        return new PeerView.LastErrors(
                use.lastError(stackId).orElse(null),
                capabilities
                        .failure(stackId)
                        .map(failure -> new PeerView.LastError(
                                failure.cause(), failure.at().toString()))
                        .orElse(null));
    }
}
