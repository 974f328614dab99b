package org.agentos.federation.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.agentos.federation.peer.PeerBreaker.Verdict;
import org.agentos.federation.settings.BreakerSettings;
import org.junit.jupiter.api.Test;

class SteadyTimeTest {
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    private final AtomicReference<Instant> clock = new AtomicReference<>(NOON);
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE);
    private final SteadyTime time = new SteadyTime(clock::get, nanos::get);

    @Test
    void shouldCountWhatHasPassedHoweverTheClockIsSet() {
        // When
        clock.set(NOON.minusSeconds(3600));
        nanos.addAndGet(Duration.ofSeconds(11).toNanos());

        // Then
        assertThat(time.instant()).isEqualTo(NOON.plusSeconds(11));
    }

    @Test
    void shouldNotKeepABreakerOpenUntilTheClockHasCaughtUp() {
        // Given
        PeerBreaker breaker = new PeerBreaker(
                "stk_b", new BreakerSettings(Duration.ofSeconds(30), 20, 50, Duration.ofSeconds(10), 3), time);
        for (int i = 0; i < 20; i++) {
            breaker.tryAcquire().orElseThrow().end(Verdict.UNWELL);
        }

        // When
        clock.set(NOON.minusSeconds(3600));
        nanos.addAndGet(Duration.ofSeconds(11).toNanos());

        // Then
        assertThat(breaker.tryAcquire()).isPresent();
    }
}
