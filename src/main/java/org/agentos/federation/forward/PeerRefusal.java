package org.agentos.federation.forward;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.apache.camel.http.base.HttpOperationFailedException;

/** What a caller is told when a call to a peer came to nothing: it said no, not what it must, or nothing. */
public final class PeerRefusal {
    /** A peer's error page must not fill ours. */
    static final int MAX_REMOTE_ERROR = 2_000;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    /** A peer that says "in a year" is not believed. */
    private static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

    private PeerRefusal() {}

    /** Empty for a failure that is not the peer's. */
    public static Optional<FederationException> of(Throwable failure, Instant now) {
        if (failure instanceof HttpOperationFailedException answer) {
            return Optional.of(answered(answer, now));
        }
        if (failure instanceof PeerCallLimits.TooLargeException) {
            return Optional.of(PeerAnswer.bad("The peer's answer is too large."));
        }
        return failure instanceof IOException
                ? Optional.of(unavailable("The peer could not be reached."))
                : Optional.empty();
    }

    private static FederationException answered(HttpOperationFailedException answer, Instant now) {
        PeerFailure failure = PeerFailure.of(answer, now);
        int status = failure.status();
        if (status == 429 || status >= 500) {
            Duration wait = failure.retryAfter().orElse(RETRY_AFTER);
            return unavailable("The peer could not take the call.")
                    .detail("remote_status", status)
                    .retryAfter(wait.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : wait);
        }
        if (status < 400) {
            return PeerAnswer.bad("The peer answered with a redirect, which is not followed.")
                    .detail("remote_status", status);
        }
        return new FederationException(ErrorCode.FORWARD_REJECTED, "The peer refused the call.")
                .detail("remote_status", status)
                .detail("remote_error", remoteError(answer.getResponseBody()));
    }

    /** The peer's own error object where it is small and JSON, else the beginning of what it wrote. */
    private static Object remoteError(String body) {
        if (body == null || body.isBlank()) {
            return null;
        }
        String text = TokenText.removed(body);
        if (text.length() <= MAX_REMOTE_ERROR) {
            try {
                JsonNode json = ForwardJson.read(text.getBytes(StandardCharsets.UTF_8));
                return json.has("error") ? json.get("error") : json;
            } catch (ForwardJson.NotJson e) {
                return text;
            }
        }
        return text.substring(0, MAX_REMOTE_ERROR);
    }

    private static FederationException unavailable(String message) {
        return new FederationException(ErrorCode.DEPENDENCY_UNAVAILABLE, message).retryAfter(RETRY_AFTER);
    }
}
