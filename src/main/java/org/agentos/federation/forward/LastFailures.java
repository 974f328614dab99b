package org.agentos.federation.forward;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The last failed call to each peer of the registry, for operators. It names no tenant and repeats no peer's words. */
public final class LastFailures {
    private final Map<String, Failure> byPeer = new ConcurrentHashMap<>();
    private final InstantSource clock;
    private final Predicate<String> isRegistered;

    /**
     * How a call failed.
     *
     * @param outcome as in metrics
     * @param status the peer's, 0 when none came
     */
    public record Failure(String outcome, int status, Instant at) {}

    /** @param isRegistered whether a stack id stands in the registry of the moment */
    public LastFailures(InstantSource clock, Predicate<String> isRegistered) {
        this.isRegistered = isRegistered;
        this.clock = clock;
    }

    /** Keeps nothing of a peer that has left the registry: its last call may end after that. */
    void note(String stackId, PeerFailure failure) {
        Failure last = new Failure(failure.outcome().label(), failure.status(), clock.instant());
        byPeer.compute(stackId, (id, before) -> isRegistered.test(id) ? last : null);
    }

    public Optional<Failure> of(String stackId) {
        return Optional.ofNullable(byPeer.get(stackId));
    }

    /** Forgets a peer, once it has left the registry. */
    public void forget(String stackId) {
        byPeer.remove(stackId);
    }
}
