package org.agentos.federation.forward;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the caller is told when a forward fails, whatever it failed by. */
final class ForwardRefusal {
    /** A peer's error page must not fill ours. */
    static final int MAX_REMOTE_ERROR = 2_000;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    /** A peer that says "in a year" is not believed. */
    private static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(ForwardRefusal.class);

    private ForwardRefusal() {}

    static FederationException of(Throwable failure, Forward forward, Instant now) {
        FederationException refusal = FederationException.in(failure).orElseGet(() -> translate(failure, forward, now));
        if (forward.decision() == RetryAdvice.Decision.BREAKER_OPEN) {
            refusal.retryAfter(forward.visit().guard().breaker().retryAfter());
        }
        return refusal.detail("reason", gaveUp(forward))
                .detail("idempotency_key", forward.key())
                .detail("explain", forward.explain() ? List.copyOf(forward.explanation()) : null);
    }

    /** The rule by which a failure was not followed by another attempt, where it is not plain from the failure. */
    private static String gaveUp(Forward forward) {
        return switch (forward.decision()) {
            case BREAKER_OPEN, RETRY_BUDGET_SPENT -> forward.decision().label();
            default -> null;
        };
    }

    static FederationException timeout(Forward forward) {
        return new FederationException(ErrorCode.TIMEOUT, "The forward's deadline passed.")
                .detail("state", forward.isUncertain() ? "unknown" : "not_started")
                .retryAfter(RETRY_AFTER);
    }

    private static FederationException translate(Throwable failure, Forward forward, Instant now) {
        if (failure instanceof HttpOperationFailedException answer) {
            return answered(answer, now);
        }
        if (failure instanceof PeerCallLimits.TooLargeException) {
            return PeerAnswer.bad("The peer's answer is too large.");
        }
        if (failure instanceof IOException) {
            boolean late = forward.remaining(now).toMillis() <= 0;
            return late ? timeout(forward) : unavailable("The peer could not be reached.");
        }
        if (failure instanceof RejectedExecutionException) {
            return new FederationException(ErrorCode.UNAVAILABLE, "Too many forwards are in flight.")
                    .retryAfter(RETRY_AFTER);
        }
        LOG.error("A forward failed correlation_id={}", forward.caller().correlationId(), failure);
        return new FederationException(ErrorCode.INTERNAL_ERROR, "The forward failed.");
    }

    private static FederationException answered(HttpOperationFailedException answer, Instant now) {
        PeerFailure failure = PeerFailure.of(answer, now);
        int status = failure.status();
        if (status == 429 || status >= 500) {
            Duration wait = failure.retryAfter().orElse(RETRY_AFTER);
            return unavailable("The peer could not take the run.")
                    .detail("remote_status", status)
                    .retryAfter(wait.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : wait);
        }
        if (status < 400) {
            return PeerAnswer.bad("The peer answered with a redirect, which is not followed.")
                    .detail("remote_status", status);
        }
        return new FederationException(ErrorCode.FORWARD_REJECTED, "The peer refused the run.")
                .detail("remote_status", status)
                .detail("remote_error", remoteError(answer.getResponseBody()));
    }

    /** The peer's own error object where it is small and JSON, else the beginning of what it wrote. */
    private static Object remoteError(String body) {
        if (body == null || body.isBlank()) {
            return null;
        }
        if (body.length() <= MAX_REMOTE_ERROR) {
            try {
                JsonNode json = ForwardJson.read(body.getBytes(StandardCharsets.UTF_8));
                return json.has("error") ? json.get("error") : json;
            } catch (ForwardJson.NotJson e) {
                return body;
            }
        }
        return body.substring(0, MAX_REMOTE_ERROR);
    }

    private static FederationException unavailable(String message) {
        return new FederationException(ErrorCode.DEPENDENCY_UNAVAILABLE, message).retryAfter(RETRY_AFTER);
    }
}
