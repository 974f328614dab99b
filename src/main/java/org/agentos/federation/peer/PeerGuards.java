package org.agentos.federation.peer;

import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.agentos.federation.settings.BreakerSettings;
import org.agentos.federation.settings.RetryBudgetSettings;

/** What stands before each peer: the breaker, the same for all that call it, and a budget for each kind of repetition. */
public final class PeerGuards {
    private final BreakerSettings breaker;
    private final RetryBudgetSettings budget;
    private final InstantSource clock;
    private final Map<String, Guard> guards = new ConcurrentHashMap<>();

    /**
     * The guard of one peer.
     *
     * @param budget of forwards that are tried again
     * @param reconnects of mirrors, apart from it: a hundred of them would leave a lone forward none of its attempts
     */
    public record Guard(PeerBreaker breaker, RetryBudget budget, RetryBudget reconnects) {}

    public PeerGuards(BreakerSettings breaker, RetryBudgetSettings budget, InstantSource clock) {
        this.breaker = breaker;
        this.budget = budget;
        this.clock = clock;
    }

    /** The guard of a peer; {@code stackId} stands in the registry, since a guard is kept until it is forgotten. */
    public Guard of(String stackId) {
        return guards.computeIfAbsent(
                stackId,
                id -> new Guard(
                        new PeerBreaker(id, breaker, clock),
                        new RetryBudget(budget, clock),
                        new RetryBudget(budget, clock)));
    }

    /** Forgets the guard of a peer that has left the registry; one that comes back begins with a closed breaker. */
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
