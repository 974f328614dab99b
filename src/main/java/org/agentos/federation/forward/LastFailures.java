package org.agentos.federation.forward;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The last failed call to each peer of the registry, for operators. It names no tenant and repeats no peer's words. */
public final class LastFailures {
    private final Map<String, Failure> byPeer = new ConcurrentHashMap<>();
    private final InstantSource clock;

    /**
     * How a call failed.
     *
     * @param outcome as in metrics
     * @param status the peer's, 0 when none came
     */
    public record Failure(String outcome, int status, Instant at) {}

    public LastFailures(InstantSource clock) {
        this.clock = clock;
    }

    void note(String stackId, PeerFailure failure) {
        byPeer.put(stackId, new Failure(failure.outcome().label(), failure.status(), clock.instant()));
    }

    public Optional<Failure> of(String stackId) {
        return Optional.ofNullable(byPeer.get(stackId));
    }

    /** Forgets a peer that has left the registry. */
    public void forget(String stackId) {
        byPeer.remove(stackId);
    }
}
