package org.agentos.federation.wiring;

import java.time.Duration;
import org.agentos.federation.mirror.PeerGate;
import org.agentos.federation.peer.PeerBreaker.Verdict;
import org.agentos.federation.peer.PeerGuards;
import org.agentos.federation.peer.PeerGuards.Guard;

/**
 * Lets mirrors share a peer's breaker with forwards. While the last connection to a peer failed, mirrors try it only as
 * often as its budget of reconnects allows, all of them together; the first that gets through opens the way for the rest.
 */
public final class MirrorGate implements PeerGate {
    /** Until a mirror asks again that found the budget spent. */
    private static final Duration BUDGET_PAUSE = Duration.ofSeconds(1);

    private final PeerGuards guards;

    MirrorGate(PeerGuards guards) {
        this.guards = guards;
    }

    @Override
    public Duration pause(String stackId) {
        Guard guard = guards.of(stackId);
        if (guard.breaker().isOpen()) {
            return guard.breaker().retryAfter();
        }
        if (!guard.unreached().get()) {
            guard.reconnects().request();
            return Duration.ZERO;
        }
        return guard.reconnects().takeRetry() ? Duration.ZERO : BUDGET_PAUSE;
    }

    @Override
    public void called(String stackId, boolean reached) {
        Guard guard = guards.of(stackId);
        guard.unreached().set(!reached);
        guard.breaker().tryAcquire().ifPresent(permit -> permit.end(reached ? Verdict.WELL : Verdict.UNWELL));
    }
}
