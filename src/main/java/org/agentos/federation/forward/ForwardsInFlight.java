package org.agentos.federation.forward;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.settings.ForwardSettings;

/**
 * The places for forwards at once, in all and at each peer: a peer that hangs fills its own places, never those of the
 * others. One forward too many is refused at once, never queued.
 */
public final class ForwardsInFlight {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private final int inAll;
    private final int perPeer;
    private final Semaphore all;
    private final Map<String, Semaphore> peers = new ConcurrentHashMap<>();

    public ForwardsInFlight(ForwardSettings settings) {
        this.inAll = settings.inFlight();
        this.perPeer = settings.inFlightPerPeer();
        this.all = new Semaphore(inAll);
    }

    /** @throws FederationException {@code dependency_unavailable} at the peer's cap, {@code unavailable} at that of all */
    Place enter(Peer peer) {
        Semaphore own = peers.computeIfAbsent(peer.stackId(), id -> new Semaphore(perPeer));
        if (!own.tryAcquire()) {
            throw refusal(ErrorCode.DEPENDENCY_UNAVAILABLE, "Too many forwards to this peer are in flight.");
        }
        if (!all.tryAcquire()) {
            own.release();
            throw refusal(ErrorCode.UNAVAILABLE, "Too many forwards are in flight.");
        }
        return () -> {
            all.release();
            own.release();
        };
    }

    /** Forwards at this peer at the moment. */
    public int at(Peer peer) {
        Semaphore own = peers.get(peer.stackId());
        return own == null ? 0 : perPeer - own.availablePermits();
    }

    /** Forwards at all peers at the moment. */
    public int all() {
        return inAll - all.availablePermits();
    }

    private static FederationException refusal(ErrorCode code, String message) {
        return new FederationException(code, message).retryAfter(RETRY_AFTER);
    }

    /** One forward's place, given back once. */
    @FunctionalInterface
    interface Place {
        void leave();
    }
}
