package org.agentos.federation.forward;

import java.util.Optional;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerBreaker;
import org.agentos.federation.peer.PeerBreaker.Permit;
import org.agentos.federation.peer.PeerBreaker.Verdict;
import org.agentos.federation.peer.PeerGuards.Guard;

/** A forward's stay at one peer: the place it holds there, its leave to call, and what its calls came to. */
final class PeerVisit {
    /** What a refusal gives as its reason when a peer's breaker keeps calls away. */
    static final String BREAKER_OPEN = "breaker_open";

    private final Peer peer;
    private final Guard guard;
    private final ForwardsInFlight.Place place;
    private Optional<Permit> permit;
    private int attempts;
    private boolean reached;
    private boolean turnedAway;
    private boolean left;

    /** @param permit for the first attempt */
    PeerVisit(Peer peer, Guard guard, ForwardsInFlight.Place place, Permit permit) {
        this.peer = peer;
        this.guard = guard;
        this.place = place;
        this.permit = Optional.of(permit);
    }

    static FederationException breakerOpen(PeerBreaker breaker) {
        return new FederationException(
                        ErrorCode.DEPENDENCY_UNAVAILABLE, "The peer fails; no call goes there at the moment.")
                .detail("reason", BREAKER_OPEN)
                .retryAfter(breaker.retryAfter());
    }

    Peer peer() {
        return peer;
    }

    Guard guard() {
        return guard;
    }

    int attempts() {
        return attempts;
    }

    /** @throws FederationException {@code dependency_unavailable} when the breaker has opened since the last attempt */
    void beginAttempt() {
        if (permit.isEmpty()) {
            permit = guard.breaker().tryAcquire();
            turnedAway = permit.isEmpty();
        }
        if (turnedAway) {
            throw breakerOpen(guard.breaker());
        }
        if (attempts == 0) {
            guard.budget().request();
        }
        attempts++;
    }

    /** @param reached whether the peer may have seen the call */
    void endAttempt(Outcome outcome, boolean reached) {
        this.reached |= reached;
        end(outcome.verdict());
    }

    private void end(Verdict verdict) {
        permit.ifPresent(held -> held.end(verdict));
        permit = Optional.empty();
    }

    /** Whether the breaker kept an attempt from being made. */
    boolean wasTurnedAway() {
        return turnedAway;
    }

    /** Whether the peer may have seen any call of this forward. */
    boolean hasReached() {
        return reached;
    }

    void leave() {
        end(Verdict.NO_CALL);
        if (!left) {
            left = true;
            place.leave();
        }
    }
}
