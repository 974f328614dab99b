package org.agentos.federation;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.agentos.federation.mirror.PeerGate;
import org.agentos.federation.peer.PeerBreaker.Verdict;
import org.agentos.federation.peer.PeerGuards;
import org.agentos.federation.peer.PeerGuards.Guard;

/**
 * Lets mirrors share a peer's breaker with forwards. While the last connection to a peer failed, mirrors try it only as
 * often as its budget of reconnects allows, all of them together; the first that gets through opens the way for the rest.
 */
final class MirrorGate implements PeerGate {
    /** Until a mirror asks again that found the budget spent. */
    private static final Duration BUDGET_PAUSE = Duration.ofSeconds(1);

    private final PeerGuards guards;
    private final Set<String> failing = ConcurrentHashMap.newKeySet(); // stack ids of the registry

    MirrorGate(PeerGuards guards) {
        this.guards = guards;
    }

    @Override
    public Duration pause(String stackId) {
        Guard guard = guards.of(stackId);
        if (guard.breaker().isOpen()) {
            return guard.breaker().retryAfter();
        }
        if (!failing.contains(stackId)) {
            guard.reconnects().request();
            return Duration.ZERO;
        }
        return guard.reconnects().takeRetry() ? Duration.ZERO : BUDGET_PAUSE;
    }

    /** Forgets how calls to a peer went that has left the registry. */
    void forget(String stackId) {
        failing.remove(stackId);
    }

    @Override
    public void called(String stackId, boolean reached) {
        if (reached) {
            failing.remove(stackId);
        } else {
            failing.add(stackId);
        }
        guards.of(stackId)
                .breaker()
                .tryAcquire()
                .ifPresent(permit -> permit.end(reached ? Verdict.WELL : Verdict.UNWELL));
    }
}
