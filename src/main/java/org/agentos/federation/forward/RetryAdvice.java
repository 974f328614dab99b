package org.agentos.federation.forward;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.settings.ForwardSettings;

/** Judges after a failed attempt whether there is time for another one, and how long to wait before it. */
final class RetryAdvice {
    private final ForwardSettings settings;
    private final RandomGenerator random;

    RetryAdvice(ForwardSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
    }

    /** Notes the failure in the forward. */
    void judge(Forward forward, PeerFailure failure, Instant now) {
        Duration wait = failure.retryAfter().orElseGet(() -> nominalDelay(forward));
        boolean inTime = forward.remaining(now).compareTo(wait) > 0;
        // A peer that does not honour keys would start a second run.
        boolean safe = forward.peer().keysHonoured() || !failure.leavesDoubt();
        forward.failed(failure.leavesDoubt(), passing(own(forward), failure) && inTime && safe);
    }

    /** A peer's own list of statuses stands for the rule of all peers; a list with 429 needs no Retry-After. */
    private static boolean passing(Peer.Redelivery own, PeerFailure failure) {
        return own.statuses()
                .filter(statuses -> failure.status() > 0)
                .map(statuses -> statuses.contains(failure.status()))
                .orElseGet(failure::passing);
    }

    /** The wait where the redelivery policy of all peers does not say it: what the peer asked for, or its own delays. */
    Optional<Duration> ownDelay(Forward forward, PeerFailure failure) {
        if (failure.retryAfter().isPresent()) {
            return failure.retryAfter();
        }
        return hasOwnDelays(own(forward)) ? Optional.of(jittered(forward)) : Optional.empty();
    }

    private static boolean hasOwnDelays(Peer.Redelivery own) {
        return own.baseBackoffMs().isPresent()
                || own.maxBackoffMs().isPresent()
                || own.multiplier().isPresent()
                || own.jitter().isPresent();
    }

    private Duration nominalDelay(Forward forward) {
        Peer.Redelivery own = own(forward);
        double base = own.baseBackoffMs().orElse((int) settings.baseBackoff().toMillis());
        double growth = Math.pow(own.multiplier().orElse(settings.multiplier()), Math.max(0, forward.attempts() - 1));
        int longest = own.maxBackoffMs().orElse((int) settings.maxBackoff().toMillis());
        return Duration.ofMillis((long) Math.min(base * growth, longest));
    }

    private Duration jittered(Forward forward) {
        double jitter = own(forward).jitter().orElse(settings.jitter());
        double factor = 1 + jitter * (2 * random.nextDouble() - 1);
        return Duration.ofMillis((long) (nominalDelay(forward).toMillis() * factor));
    }

    private static Peer.Redelivery own(Forward forward) {
        return forward.peer().redelivery();
    }
}
