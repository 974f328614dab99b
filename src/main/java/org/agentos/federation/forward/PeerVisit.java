package org.agentos.federation.forward;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerBreaker;
import org.agentos.federation.peer.PeerBreaker.Permit;
import org.agentos.federation.peer.PeerBreaker.Verdict;
import org.agentos.federation.peer.PeerGuards.Guard;
import org.apache.hc.core5.concurrent.Cancellable;

/** A forward's stay at one peer: the place it holds there, its leave to call, and what its calls came to. */
final class PeerVisit {
    /** What a refusal gives as its reason when a peer's breaker keeps calls away. */
    static final String BREAKER_OPEN = "breaker_open";

    private final Peer peer;
    private final Guard guard;
    private final ForwardsInFlight.Place place;
    private final long number;
    private final AtomicBoolean revoked = new AtomicBoolean();
    private final AtomicReference<Cancellable> call = new AtomicReference<>();
    private Optional<Permit> permit;
    private int attempts;
    private boolean reached;
    private boolean turnedAway;
    private boolean left;

    /**
     * A visit that has not called yet.
     *
     * @param permit for the first attempt
     * @param number by which its calls are found
     */
    PeerVisit(Peer peer, Guard guard, ForwardsInFlight.Place place, Permit permit, long number) {
        this.peer = peer;
        this.guard = guard;
        this.place = place;
        this.permit = Optional.of(permit);
        this.number = number;
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

    long number() {
        return number;
    }

    int attempts() {
        return attempts;
    }

    /** @throws FederationException {@code dependency_unavailable} when the breaker has opened since the last attempt, or the peer
     *     was revoked */
    void beginAttempt() {
        if (isRevoked()) {
            throw RevokedException.refusal();
        }
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

    /** Takes the right to call away: cuts the call under way and lets no other begin. From any thread. */
    void revoke() {
        revoked.set(true);
        Cancellable underWay = call.get();
        if (underWay != null) {
            underWay.cancel();
        }
    }

    boolean isRevoked() {
        return revoked.get();
    }

    /** The call that is about to be sent; cut at once where the right to it has gone in the meantime. */
    void calling(Cancellable next) {
        call.set(next);
        if (isRevoked()) {
            next.cancel();
        }
    }

    void leave() {
        end(Verdict.NO_CALL);
        if (!left) {
            left = true;
            place.leave();
        }
    }
}
