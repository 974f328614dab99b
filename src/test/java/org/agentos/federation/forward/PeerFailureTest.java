package org.agentos.federation.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerFailureTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @ParameterizedTest
    @CsvSource({"302, true, false", "400, false, false", "429, false, false", "500, true, true", "503, true, true"})
    void shouldKnowWhatAStatusLeavesOpen(int status, boolean leavesDoubt, boolean passing) {
        // When
        PeerFailure failure = PeerFailure.of(answer(status, Map.of()), NOW);

        // Then
        assertThat(failure.leavesDoubt()).isEqualTo(leavesDoubt);
        assertThat(failure.passing()).isEqualTo(passing);
    }

    @Test
    void shouldKnowThatAFailedConnectStartedNothing() {
        assertThat(PeerFailure.of(new ConnectException(), NOW))
                .isEqualTo(new PeerFailure(0, Outcome.UNREACHABLE, true, false, Optional.empty()));
        assertThat(PeerFailure.of(new SocketException("reset"), NOW))
                .isEqualTo(new PeerFailure(0, Outcome.BROKEN, true, true, Optional.empty()));
        assertThat(PeerFailure.of(new IOException(), NOW).passing()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"302, UNUSABLE", "404, REFUSED", "429, BUSY", "500, FAILED", "503, FAILED"})
    void shouldKnowWhatAStatusSaysOfThePeer(int status, Outcome outcome) {
        assertThat(PeerFailure.of(answer(status, Map.of()), NOW).outcome()).isEqualTo(outcome);
    }

    @Test
    void shouldTellAPeersFailuresFromOurOwn() {
        assertThat(outcome(new InterruptedIOException())).isEqualTo(Outcome.TIMED_OUT);
        assertThat(outcome(new UnknownHostException())).isEqualTo(Outcome.UNREACHABLE);
        assertThat(outcome(PeerAnswer.bad("no run"))).isEqualTo(Outcome.UNUSABLE);
        assertThat(outcome(new PeerCallLimits.TooLargeException(200))).isEqualTo(Outcome.UNUSABLE);
        assertThat(outcome(new FederationException(ErrorCode.TIMEOUT, "late"))).isEqualTo(Outcome.NO_CALL);
        assertThat(outcome(new ConnectionRequestTimeoutException("pool"))).isEqualTo(Outcome.NO_CALL);
        assertThat(outcome(new RejectedExecutionException())).isEqualTo(Outcome.NO_CALL);
    }

    private static Outcome outcome(Throwable failure) {
        return PeerFailure.of(failure, NOW).outcome();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"7 | PT7S", "Fri, 02 Jan 2026 03:05:05 GMT | PT1M", "Fri, 02 Jan 2026 03:00:00 GMT | PT0S"})
    void shouldReadBothFormsOfRetryAfter(String value, Duration wait) {
        assertThat(PeerFailure.of(answer(429, Map.of("retry-after", value)), NOW)
                        .retryAfter())
                .contains(wait);
    }

    @ParameterizedTest
    @CsvSource({"soon", "-1", "99999999999"})
    void shouldIgnoreARetryAfterThatIsNone(String value) {
        assertThat(PeerFailure.of(answer(429, Map.of("Retry-After", value)), NOW)
                        .retryAfter())
                .isEmpty();
    }

    private static HttpOperationFailedException answer(int status, Map<String, String> headers) {
        return new HttpOperationFailedException("http://peer", status, "", null, headers, "");
    }
}
