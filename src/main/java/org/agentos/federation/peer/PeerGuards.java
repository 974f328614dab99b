package org.agentos.federation.peer;

import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.agentos.federation.settings.BreakerSettings;
import org.agentos.federation.settings.RetryBudgetSettings;

/** What stands before each peer: the breaker, the same for all that call it, and a budget for each kind of repetition. */
public final class PeerGuards {
    private final BreakerSettings breaker;
    private final RetryBudgetSettings budget;
    private final InstantSource clock;
    private final Predicate<String> isRegistered;
    private final Map<String, Guard> guards = new ConcurrentHashMap<>();

    /**
     * The guard of one peer.
     *
     * @param budget of forwards that are tried again
     * @param reconnects of mirrors, apart from it: a hundred of them would leave a lone forward none of its attempts
     * @param unreached whether the last connection of a mirror to the peer failed
     */
    public record Guard(PeerBreaker breaker, RetryBudget budget, RetryBudget reconnects, AtomicBoolean unreached) {}

    /** @param isRegistered whether a stack id stands in the registry of the moment */
    public PeerGuards(
            BreakerSettings breaker, RetryBudgetSettings budget, InstantSource clock, Predicate<String> isRegistered) {
        this.isRegistered = isRegistered;
        this.breaker = breaker;
        this.budget = budget;
        this.clock = clock;
    }

    /**
     * The guard of a peer, kept until it is forgotten. One who asks late for a peer that has left the registry gets a guard
     * that nobody else ever sees.
     */
    public Guard of(String stackId) {
        Guard kept = guards.get(stackId);
        return kept != null ? kept : make(stackId);
    }

    /**
     * The registry is asked while no other thread can take this guard away: either the peer stands there, and leaves, and
     * is forgotten, after this, or nothing is kept.
     */
    private Guard make(String stackId) {
        Guard kept = guards.computeIfAbsent(stackId, id -> isRegistered.test(id) ? fresh(id) : null);
        return kept != null ? kept : fresh(stackId);
    }

    private Guard fresh(String stackId) {
        return new Guard(
                new PeerBreaker(stackId, breaker, clock),
                new RetryBudget(budget, clock),
                new RetryBudget(budget, clock),
                new AtomicBoolean());
    }

    /** Peers that have a guard. */
    int kept() {
        return guards.size();
    }

    /** Forgets the guard of a peer, once it has left the registry; one that comes back begins with a closed breaker. */
    public void forget(String stackId) {
        guards.remove(stackId);
    }

    /** How many of these peers' breakers are in each state. */
    public Map<String, Integer> states(PeerRegistry registry) {
        Map<String, Integer> states = new TreeMap<>(Map.of("closed", 0, "half_open", 0, "open", 0));
        registry.peers()
                .forEach(peer -> states.merge(of(peer.stackId()).breaker().state(), 1, Integer::sum));
        return states;
    }
}
