package org.agentos.federation.holder;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.holder.HolderCall.Purpose;
import org.agentos.federation.settings.HolderSettings;

/**
 * Places for calls to holders. A call holds a thread until the holder answers: one that hangs must not take those of
 * the others, and questions must not take those of cancels. Nobody waits for a place.
 */
public final class HolderPlaces {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final int atOnePeer;
    private final Map<Purpose, Semaphore> all;
    private final Map<At, Semaphore> peers = new ConcurrentHashMap<>();

    private record At(String stackId, Purpose purpose) {}

    public HolderPlaces(HolderSettings settings) {
        this.atOnePeer = settings.inFlightPerPeer();
        this.all = Map.of(
                Purpose.STATE, new Semaphore(settings.inFlight()),
                Purpose.CANCEL, new Semaphore(settings.inFlight()));
    }

    /**
     * Takes a place; running what is returned gives it back, once.
     *
     * @throws FederationException {@code dependency_unavailable} when there is none
     */
    Runnable enter(String stackId, Purpose purpose) {
        Semaphore here = peers.computeIfAbsent(new At(stackId, purpose), at -> new Semaphore(atOnePeer));
        if (!here.tryAcquire()) {
            throw full();
        }
        if (!all.get(purpose).tryAcquire()) {
            here.release();
            throw full();
        }
        return () -> {
            all.get(purpose).release();
            here.release();
        };
    }

    private static FederationException full() {
        return new FederationException(ErrorCode.DEPENDENCY_UNAVAILABLE, "Too many calls to this peer are under way.")
                .detail("reason", "bulkhead_full")
                .retryAfter(RETRY_AFTER);
    }
}
