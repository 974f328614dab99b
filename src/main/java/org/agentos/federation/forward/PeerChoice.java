package org.agentos.federation.forward;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
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
    /** Of the run API that forwards call, as it stands in their URLs; registries write 1.0 too. */
    private static final String API_VERSION = "v1";

    private static final Pattern OUR_VERSION = Pattern.compile("v?1(\\.[0-9.]+)?");

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
        List<String> nearest = asked(selector);
        for (Peer peer : registry.peers()) {
            if (peer.policy().tenants().allows(tenantId)) {
                List<String> missing = missing(peer, selector);
                nearest = missing.isEmpty() || missing.size() > nearest.size() ? nearest : missing;
                Optional<String> refusal =
                        missing.isEmpty() ? refusal(peer, agentId) : Optional.of("misses " + missing);
                refusal.ifPresentOrElse(
                        reason -> explain.add(peer.stackId() + ": refused, " + reason), () -> fit.add(peer));
            }
        }
        if (fit.isEmpty()) {
            throw unsupported(nearest);
        }
        Peer chosen = Collections.min(
                fit,
                Comparator.comparing((Peer peer) -> !hasTier(peer, selector)).thenComparingInt(inFlight));
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
        if (!speaksOurVersion(peer)) {
            missing.add("api_version:" + API_VERSION);
        }
        selector.region()
                .filter(region -> !region.equals(peer.info().region()))
                .ifPresent(region -> missing.add("region:" + region));
        return missing;
    }

    /** A peer whose entry lists no versions is taken at its word when it answers. */
    private static boolean speaksOurVersion(Peer peer) {
        List<String> versions = peer.info().apiVersions();
        return versions == null
                || versions.isEmpty()
                || versions.stream()
                        .anyMatch(version -> OUR_VERSION.matcher(version).matches());
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
