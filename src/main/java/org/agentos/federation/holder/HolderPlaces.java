package org.agentos.federation.holder;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.holder.HolderCall.Purpose;

/**
 * Places for calls to holders. A call holds a thread until the holder answers: one that hangs must not take those of
 * the others, and questions must not take those of cancels. Nobody waits for a place.
 */
public final class HolderPlaces {
    /** Calls of one purpose at all peers; there are threads for all of them. */
    public static final int IN_ALL = 64;

    private static final int AT_ONE_PEER = 16;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Map<Purpose, Semaphore> all =
            Map.of(Purpose.STATE, new Semaphore(IN_ALL), Purpose.CANCEL, new Semaphore(IN_ALL));
    private final Map<At, Semaphore> peers = new ConcurrentHashMap<>();

    private record At(String stackId, Purpose purpose) {}

    /**
     * Takes a place; running what is returned gives it back, once.
     *
     * @throws FederationException {@code dependency_unavailable} when there is none
     */
    Runnable enter(String stackId, Purpose purpose) {
        Semaphore here = peers.computeIfAbsent(new At(stackId, purpose), at -> new Semaphore(AT_ONE_PEER));
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
