package org.agentos.federation.forward;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLHandshakeException;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;

/**
 * One failed attempt to start a run.
 *
 * @param status the peer's, 0 when none came
 * @param network whether it failed on the way, not by what the peer said
 * @param leavesDoubt whether the peer may have started a run all the same
 */
public record PeerFailure(
        int status, Outcome outcome, boolean network, boolean leavesDoubt, Optional<Duration> retryAfter) {
    private static final List<Class<? extends IOException>> NEVER_CONNECTED = List.of(
            ConnectException.class,
            ConnectTimeoutException.class,
            NoRouteToHostException.class,
            UnknownHostException.class,
            SSLHandshakeException.class);

    public static PeerFailure of(Throwable failure, Instant now) {
        if (failure instanceof HttpOperationFailedException answer) {
            int status = answer.getStatusCode();
            return new PeerFailure(
                    status, answered(status), false, status < 400 || status >= 500, retryAfter(answer, now));
        }
        Outcome outcome = failure instanceof IOException onTheWay ? brokenOff(onTheWay) : notRead(failure);
        boolean leavesDoubt = outcome != Outcome.NO_CALL && outcome != Outcome.UNREACHABLE;
        return new PeerFailure(0, outcome, failure instanceof IOException, leavesDoubt, Optional.empty());
    }

    private static Outcome answered(int status) {
        if (status == 429) {
            return Outcome.BUSY;
        }
        return status >= 500 ? Outcome.FAILED : status >= 400 ? Outcome.REFUSED : Outcome.UNUSABLE;
    }

    private static Outcome brokenOff(IOException failure) {
        if (failure instanceof ConnectionRequestTimeoutException) {
            return Outcome.NO_CALL;
        }
        if (NEVER_CONNECTED.stream().anyMatch(type -> type.isInstance(failure))) {
            return Outcome.UNREACHABLE;
        }
        if (failure instanceof RevokedException) {
            return Outcome.REVOKED;
        }
        return failure instanceof InterruptedIOException ? Outcome.TIMED_OUT : Outcome.BROKEN;
    }

    /** A refusal of our own means that there was no call, unless it is about the peer's answer. */
    private static Outcome notRead(Throwable failure) {
        boolean ownRefusal =
                failure instanceof FederationException refusal && refusal.code() != ErrorCode.BAD_PEER_RESPONSE;
        return ownRefusal || failure instanceof RejectedExecutionException ? Outcome.NO_CALL : Outcome.UNUSABLE;
    }

    /**
     * Whether another attempt is worth it, time and number of attempts apart: after network errors, 5xx, and 429 if the
     * peer says when.
     */
    public boolean passing() {
        return network || status >= 500 || (status == 429 && retryAfter.isPresent());
    }

    /** Both forms of RFC 9110: seconds, and a date. */
    private static Optional<Duration> retryAfter(HttpOperationFailedException answer, Instant now) {
        Map<String, String> headers = answer.getResponseHeaders() == null ? Map.of() : answer.getResponseHeaders();
        return headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("Retry-After"))
                .findFirst()
                .flatMap(header -> wait(header.getValue().strip(), now));
    }

    private static Optional<Duration> wait(String value, Instant now) {
        if (value.matches("[0-9]{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        try {
            Instant date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(date.isAfter(now) ? Duration.between(now, date) : Duration.ZERO);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
