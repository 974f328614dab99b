package org.agentos.federation.forward;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.settings.ForwardSettings;

/** Judges after a failed attempt whether another one is worth it, at this peer or another, and how long to wait. */
final class RetryAdvice {
    private final Supplier<ForwardSettings> current;
    private final ForwardSettings initial;
    private final PeerChoice choice;
    private final RandomGenerator random;

    /** What follows a failed attempt: another one, or the rule by which none does. */
    enum Decision {
        TRY_AGAIN,
        /** No call has reached the peer, and there is another one. */
        FAIL_OVER,
        /** A failure that another attempt does not mend. */
        GIVE_UP,
        ATTEMPTS_USED,
        DEADLINE_NEAR,
        /** A peer that does not honour keys would start a second run. */
        KEYS_NOT_HONOURED,
        /** A reload has taken the right to call this peer away. */
        PEER_REVOKED,
        BREAKER_OPEN,
        RETRY_BUDGET_SPENT;

        /** As it stands in logs, metrics and refusals. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param settings of the moment; the redelivery policy of the routes has those of the start */
    RetryAdvice(Supplier<ForwardSettings> settings, PeerChoice choice, RandomGenerator random) {
        this.current = settings;
        this.initial = settings.get();
        this.choice = choice;
        this.random = random;
    }

    /** Decides; a retry is taken out of the peer's budget with the decision. */
    Decision judge(Forward forward, PeerFailure failure, Instant now) {
        if (forward.visit().isRevoked()) {
            return Decision.PEER_REVOKED;
        }
        if (neverReached(forward, failure)
                && !forward.remaining(now).isNegative()
                && choice.hasAlternative(forward.question())) {
            return Decision.FAIL_OVER;
        }
        if (forward.visit().wasTurnedAway()) {
            return Decision.BREAKER_OPEN;
        }
        if (!passing(forward, failure)) {
            return Decision.GIVE_UP;
        }
        if (forward.visit().attempts()
                >= own(forward).maxAttempts().orElse(current.get().maxAttempts())) {
            return Decision.ATTEMPTS_USED;
        }
        if (failure.leavesDoubt() && !choice.honoursKeys(forward.peer())) {
            return Decision.KEYS_NOT_HONOURED;
        }
        Duration wait = failure.retryAfter().orElseGet(() -> nominalDelay(forward));
        if (forward.remaining(now).compareTo(wait) <= 0) {
            return Decision.DEADLINE_NEAR;
        }
        if (forward.visit().guard().breaker().isOpen()) {
            return Decision.BREAKER_OPEN;
        }
        return forward.visit().guard().budget().takeRetry() ? Decision.TRY_AGAIN : Decision.RETRY_BUDGET_SPENT;
    }

    /** Whether the peer cannot have seen any call of this forward, under its key, now or earlier. */
    private static boolean neverReached(Forward forward, PeerFailure failure) {
        boolean noConnection =
                failure.outcome() == Outcome.UNREACHABLE || forward.visit().wasTurnedAway();
        return noConnection && !forward.isUncertain() && !forward.visit().hasReached();
    }

    /** The statuses an operator lists stand for the rule; a list with 429 needs no Retry-After. */
    private boolean passing(Forward forward, PeerFailure failure) {
        Optional<Set<Integer>> listed = own(forward).statuses().or(current.get()::retryStatuses);
        return listed.filter(statuses -> failure.status() > 0)
                .map(statuses -> statuses.contains(failure.status()))
                .orElseGet(failure::passing);
    }

    /**
     * The wait where the redelivery policy of all peers does not say it: what the peer asked for, its own delays, or those
     * of settings that have changed since the routes were made.
     */
    Optional<Duration> ownDelay(Forward forward, PeerFailure failure) {
        if (failure.retryAfter().isPresent()) {
            return failure.retryAfter();
        }
        return hasOwnDelays(own(forward)) || !current.get().hasDelaysOf(initial)
                ? Optional.of(jittered(forward))
                : Optional.empty();
    }

    private static boolean hasOwnDelays(Peer.Redelivery own) {
        return own.baseBackoffMs().isPresent()
                || own.maxBackoffMs().isPresent()
                || own.multiplier().isPresent()
                || own.jitter().isPresent();
    }

    private Duration nominalDelay(Forward forward) {
        Peer.Redelivery own = own(forward);
        ForwardSettings settings = current.get();
        double base = own.baseBackoffMs().orElse((int) settings.baseBackoff().toMillis());
        int before = Math.max(0, forward.visit().attempts() - 1);
        double growth = Math.pow(own.multiplier().orElse(settings.multiplier()), before);
        int longest = own.maxBackoffMs().orElse((int) settings.maxBackoff().toMillis());
        return Duration.ofMillis((long) Math.min(base * growth, longest));
    }

    private Duration jittered(Forward forward) {
        double jitter = own(forward).jitter().orElse(current.get().jitter());
        double factor = 1 + jitter * (2 * random.nextDouble() - 1);
        return Duration.ofMillis((long) (nominalDelay(forward).toMillis() * factor));
    }

    private static Peer.Redelivery own(Forward forward) {
        return forward.peer().redelivery();
    }
}
