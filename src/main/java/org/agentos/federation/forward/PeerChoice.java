package org.agentos.federation.forward;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.peer.Capabilities;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.trust.Denial;
import org.agentos.federation.trust.PeerPolicy;

/**
 * Chooses the peer for a forward: the one named, or the best of those that fit and are allowed. Those whose breaker is
 * open are left out as long as there are others. Of several, those with a free place come first, then those that answered when last asked, then a preferred model
 * tier, then the fewest forwards; chance decides among equals.
 */
public final class PeerChoice {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final PeerRegistry registry;
    private final PeerPolicy policy;
    private final ForwardGate gate;
    private final PeerFit fit;
    private final PeerLoad load;
    private final RandomGenerator random;

    public PeerChoice(
            PeerRegistry registry,
            PeerPolicy policy,
            Function<Peer, Capabilities> capabilities,
            PeerLoad load,
            RandomGenerator random) {
        this.registry = registry;
        this.policy = policy;
        this.gate = new ForwardGate(registry, policy);
        this.fit = new PeerFit(capabilities);
        this.load = load;
        this.random = random;
    }

    /** Who asks for a peer, to do what, and which peers it has tried already. */
    record Question(TargetSelector selector, String tenantId, String agentId, Set<String> tried) {}

    /**
     * The peers that may be called, the best first; never none.
     *
     * @param explain told why each peer was taken or refused
     * @throws FederationException {@code unavailable} without a registry, {@code peer_not_found}, {@code forbidden},
     *     {@code capability_unsupported}, {@code dependency_unavailable} when all that fit were tried
     */
    List<Peer> choose(Question question, List<String> explain) {
        gate.requireRegistry();
        Optional<String> named = question.selector().stackId();
        if (named.isPresent()) {
            Peer peer = named(named.get(), question.tenantId(), question.agentId());
            List<String> missing = fit.missing(peer, question.selector());
            if (!missing.isEmpty()) {
                throw unsupported(missing);
            }
            explain.add(peer.stackId() + ": named by stack_id");
            return List.of(peer);
        }
        return best(question, explain);
    }

    /** Whether there is another peer to turn to for one that could not be reached. */
    boolean hasAlternative(Question question) {
        return question.selector().stackId().isEmpty()
                && registry.peers().stream()
                        .anyMatch(peer -> !question.tried().contains(peer.stackId())
                                && fit.missing(peer, question.selector()).isEmpty()
                                && policy.forward(peer, question.tenantId(), question.agentId())
                                        .isEmpty()
                                && !load.breaker(peer).isOpen());
    }

    boolean knows(String stackId) {
        return registry.find(stackId).isPresent();
    }

    /** Whether the registry, as it is now, lets a forward go to this peer. */
    boolean allows(String stackId, String tenantId, String agentId) {
        return registry.find(stackId)
                .filter(peer -> policy.forward(peer, tenantId, agentId).isEmpty())
                .isPresent();
    }

    /** Whether the peer runs a key at most once, so that a call which left doubt may be repeated. */
    boolean honoursKeys(Peer peer) {
        return peer.keysHonoured() && fit.honoursKeys(peer);
    }

    /** The peer that a repeated key belongs to, if the tenant may still use it. */
    Peer named(String stackId, String tenantId, String agentId) {
        return gate.admit(stackId, tenantId, agentId);
    }

    private List<Peer> best(Question question, List<String> explain) {
        List<Peer> allowed = allowed(question, explain);
        allowed.stream()
                .filter(peer -> load.breaker(peer).isOpen())
                .forEach(peer -> explain.add(peer.stackId() + ": refused, its breaker is open"));
        List<Peer> ranked = callable(allowed).stream()
                .map(peer -> rank(peer, question.selector()))
                .sorted(Rank.BEST_FIRST)
                .map(Rank::peer)
                .toList();
        Peer first = ranked.get(0);
        explain.add(first.stackId() + ": first of " + ranked.size() + " that fit, forwards there " + load.of(first)
                + (load.isSilent(first) ? ", silent when last asked" : ""));
        return ranked;
    }

    private List<Peer> allowed(Question question, List<String> explain) {
        List<Peer> allowed = new ArrayList<>();
        List<String> nearest = PeerFit.asked(question.selector());
        FederationException forbidden = null;
        for (Peer peer : registry.peers()) {
            if (!policy.mayUse(peer, question.tenantId())) {
                continue;
            }
            List<String> missing = fit.missing(peer, question.selector());
            if (!missing.isEmpty()) {
                nearest = missing.size() > nearest.size() ? nearest : missing;
                explain.add(peer.stackId() + ": refused, misses " + missing);
            } else if (question.tried().contains(peer.stackId())) {
                explain.add(peer.stackId() + ": refused, tried before");
            } else {
                Optional<Denial> denial = policy.forward(peer, question.tenantId(), question.agentId());
                denial.ifPresentOrElse(
                        rule -> explain.add(peer.stackId() + ": refused, " + rule.wireName()), () -> allowed.add(peer));
                forbidden =
                        denial.map(rule -> ForwardGate.forbidden(peer, rule)).orElse(forbidden);
            }
        }
        if (allowed.isEmpty()) {
            throw nobody(question, nearest, forbidden);
        }
        return allowed;
    }

    private static FederationException nobody(Question question, List<String> missing, FederationException forbidden) {
        if (!question.tried().isEmpty()) {
            return new FederationException(ErrorCode.DEPENDENCY_UNAVAILABLE, "No peer that fits could be reached.")
                    .retryAfter(RETRY_AFTER);
        }
        return forbidden != null ? forbidden : unsupported(missing);
    }

    /** Those whose breaker lets calls through; where there is none, the one that will be the first to. */
    private List<Peer> callable(List<Peer> peers) {
        List<Peer> callable =
                peers.stream().filter(peer -> !load.breaker(peer).isOpen()).toList();
        return callable.isEmpty()
                ? List.of(Collections.min(
                        peers, Comparator.comparing(peer -> load.breaker(peer).retryAfter())))
                : callable;
    }

    private Rank rank(Peer peer, TargetSelector selector) {
        return new Rank(
                peer,
                load.isFull(peer),
                load.isSilent(peer),
                !fit.hasPreferredTier(peer, selector),
                load.of(peer),
                random.nextInt());
    }

    private static FederationException unsupported(List<String> missing) {
        return new FederationException(ErrorCode.CAPABILITY_UNSUPPORTED, "No peer can do what the selector asks.")
                .detail("missing", missing);
    }

    private record Rank(Peer peer, boolean full, boolean silent, boolean otherTier, int load, int chance) {
        static final Comparator<Rank> BEST_FIRST = Comparator.comparing(Rank::full)
                .thenComparing(Rank::silent)
                .thenComparing(Rank::otherTier)
                .thenComparing(Rank::load)
                .thenComparing(Rank::chance);
    }
}
