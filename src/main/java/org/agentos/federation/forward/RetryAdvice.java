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
        forward.failed(failure.leavesDoubt(), failure.passing() && inTime && safe);
    }

    /** The wait where the redelivery policy of all peers does not say it: what the peer asked for, or its own base. */
    Optional<Duration> ownDelay(Forward forward, PeerFailure failure) {
        if (failure.retryAfter().isPresent()) {
            return failure.retryAfter();
        }
        return forward.peer().redelivery().baseBackoffMs().isPresent()
                ? Optional.of(jittered(nominalDelay(forward)))
                : Optional.empty();
    }

    private Duration nominalDelay(Forward forward) {
        Peer.Redelivery own = forward.peer().redelivery();
        double base = own.baseBackoffMs().orElse((int) settings.baseBackoff().toMillis());
        double delay = base * Math.pow(settings.multiplier(), Math.max(0, forward.attempts() - 1));
        return Duration.ofMillis(
                (long) Math.min(delay, (double) settings.maxBackoff().toMillis()));
    }

    private Duration jittered(Duration delay) {
        double factor = 1 + settings.jitter() * (2 * random.nextDouble() - 1);
        return Duration.ofMillis((long) (delay.toMillis() * factor));
    }
}
