package org.agentos.federation.forward;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.peer.Capabilities;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerRegistry;

/**
 * Chooses the peer for a forward: the one named, or the best of those that fit. Of several that fit, a preferred model
 * tier comes first, then the fewest forwards in flight, then the order of the registry file.
 */
public final class PeerChoice {
    private final PeerRegistry registry;
    private final Function<Peer, Capabilities> capabilities;
    private final ToIntFunction<Peer> inFlight;

    public PeerChoice(PeerRegistry registry, Function<Peer, Capabilities> capabilities, ToIntFunction<Peer> inFlight) {
        this.registry = registry;
        this.capabilities = capabilities;
        this.inFlight = inFlight;
    }

    /**
     * Chooses.
     *
     * @param explain told why each peer was chosen or refused
     * @throws FederationException {@code unavailable} without a registry, {@code peer_not_found}, {@code forbidden},
     *     {@code capability_unsupported}
     */
    Peer choose(TargetSelector selector, String tenantId, String agentId, List<String> explain) {
        requireRegistry();
        if (selector.stackId().isPresent()) {
            Peer peer = named(selector.stackId().get(), tenantId, agentId);
            require(missing(peer, selector));
            explain.add(peer.stackId() + ": named by stack_id");
            return peer;
        }
        return best(selector, tenantId, agentId, explain);
    }

    /** The peer that a repeated key belongs to, if the tenant may still use it. */
    Peer named(String stackId, String tenantId, String agentId) {
        requireRegistry();
        Peer peer = registry.find(stackId)
                .filter(found -> found.policy().tenants().allows(tenantId))
                .orElseThrow(() ->
                        new FederationException(ErrorCode.PEER_NOT_FOUND, "No such peer.").detail("stack_id", stackId));
        refusal(peer, agentId).ifPresent(reason -> forbid(peer, reason));
        return peer;
    }

    private Peer best(TargetSelector selector, String tenantId, String agentId, List<String> explain) {
        List<Peer> fit = new ArrayList<>();
        for (Peer peer : registry.peers()) {
            if (peer.policy().tenants().allows(tenantId)) {
                List<String> missing = missing(peer, selector);
                Optional<String> refusal =
                        missing.isEmpty() ? refusal(peer, agentId) : Optional.of("misses " + missing);
                refusal.ifPresentOrElse(
                        reason -> explain.add(peer.stackId() + ": refused, " + reason), () -> fit.add(peer));
            }
        }
        Peer chosen = fit.stream()
                .min(Comparator.comparing((Peer peer) -> !hasTier(peer, selector))
                        .thenComparingInt(inFlight))
                .orElseThrow(() -> unsupported(asked(selector)));
        explain.add(chosen.stackId() + ": chosen of " + fit.size() + " that fit");
        return chosen;
    }

    private void requireRegistry() {
        if (!registry.configured()) {
            throw new FederationException(ErrorCode.UNAVAILABLE, "No peer registry is configured.");
        }
    }

    /** Why policy keeps an agent of a tenant from a peer that the tenant may use. */
    private static Optional<String> refusal(Peer peer, String agentId) {
        if (!peer.policy().directions().allows("forward")) {
            return Optional.of("direction");
        }
        return peer.policy().agents().allows(agentId) ? Optional.empty() : Optional.of("agent");
    }

    private static void forbid(Peer peer, String reason) {
        throw new FederationException(ErrorCode.FORBIDDEN, "The policy of this peer does not allow the forward.")
                .detail("reason", reason)
                .detail("stack_id", peer.stackId());
    }

    /** What of the selector the peer cannot satisfy, as the caller wrote it; runs_forward goes without asking. */
    private List<String> missing(Peer peer, TargetSelector selector) {
        Capabilities known = capabilities.apply(peer);
        List<String> missing = new ArrayList<>();
        if (!known.supports("runs_forward")) {
            missing.add("runs_forward");
        }
        selector.requiredCapabilities().stream()
                .filter(name -> !known.supports(name) && !missing.contains(canonical(name)))
                .forEach(missing::add);
        selector.region()
                .filter(region -> !region.equals(peer.info().region()))
                .ifPresent(region -> missing.add("region:" + region));
        return missing;
    }

    private boolean hasTier(Peer peer, TargetSelector selector) {
        return selector.preferredModelTier()
                .map(capabilities.apply(peer).modelTiers()::contains)
                .orElse(true);
    }

    private static String canonical(String capability) {
        return capability.replace('.', '_');
    }

    private static List<String> asked(TargetSelector selector) {
        List<String> asked = new ArrayList<>(selector.requiredCapabilities());
        selector.region().ifPresent(region -> asked.add("region:" + region));
        return asked;
    }

    private static void require(List<String> missing) {
        if (!missing.isEmpty()) {
            throw unsupported(missing);
        }
    }

    private static FederationException unsupported(List<String> missing) {
        return new FederationException(ErrorCode.CAPABILITY_UNSUPPORTED, "No peer can do what the selector asks.")
                .detail("missing", missing);
    }
}
