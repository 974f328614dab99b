package org.agentos.federation.forward;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the caller is told when a forward fails, whatever it failed by. */
final class ForwardRefusal {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(ForwardRefusal.class);

    private ForwardRefusal() {}

    static FederationException of(Throwable failure, Forward forward, Instant now) {
        FederationException refusal = FederationException.in(failure).orElseGet(() -> translate(failure, forward, now));
        if (forward.decision() == RetryAdvice.Decision.BREAKER_OPEN) {
            refusal.retryAfter(forward.visit().guard().breaker().retryAfter());
        }
        if (forward.isIntentStored() && forward.isUncertain()) {
            refusal.detail("state", "unknown")
                    .detail("forward_id", forward.scope().toString());
        }
        gaveUp(forward).ifPresent(reason -> refusal.detail("reason", reason));
        return refusal.detail("idempotency_key", forward.key())
                .detail("explain", forward.explain() ? List.copyOf(forward.explanation()) : null);
    }

    /** The rule by which a failure was not followed by another attempt, where it is not plain from the failure. */
    private static Optional<String> gaveUp(Forward forward) {
        return switch (forward.decision()) {
            case BREAKER_OPEN, RETRY_BUDGET_SPENT ->
                Optional.of(forward.decision().label());
            default -> Optional.empty();
        };
    }

    static FederationException timeout(Forward forward) {
        return new FederationException(ErrorCode.TIMEOUT, "The forward's deadline passed.")
                .detail("state", forward.isUncertain() ? "unknown" : "not_started")
                .retryAfter(RETRY_AFTER);
    }

    private static FederationException translate(Throwable failure, Forward forward, Instant now) {
        if (failure instanceof RevokedException) {
            return RevokedException.refusal();
        }
        if (failure instanceof IOException && forward.remaining(now).toMillis() <= 0) {
            return timeout(forward);
        }
        Optional<FederationException> peers = PeerRefusal.of(failure, now);
        if (peers.isPresent()) {
            return peers.get();
        }
        if (failure instanceof RejectedExecutionException) {
            return new FederationException(ErrorCode.UNAVAILABLE, "Too many forwards are in flight.")
                    .retryAfter(RETRY_AFTER);
        }
        LOG.error("A forward failed correlation_id={}", forward.caller().correlationId(), failure);
        return new FederationException(ErrorCode.INTERNAL_ERROR, "The forward failed.");
    }
}
