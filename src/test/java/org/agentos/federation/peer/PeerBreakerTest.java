package org.agentos.federation.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agentos.federation.peer.PeerBreaker.Permit;
import org.agentos.federation.peer.PeerBreaker.Verdict;
import org.agentos.federation.settings.BreakerSettings;
import org.junit.jupiter.api.Test;

class PeerBreakerTest {
    private static final BreakerSettings SETTINGS =
            new BreakerSettings(Duration.ofSeconds(30), 20, 50, Duration.ofSeconds(10), 3);
    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private final PeerBreaker breaker = new PeerBreaker("stk_b", SETTINGS, () -> now);

    @Test
    void shouldNotOpenBeforeEnoughCalls() {
        // When
        calls(19, Verdict.UNWELL);

        // Then
        assertThat(breaker.state()).isEqualTo("closed");
        assertThat(breaker.isOpen()).isFalse();
    }

    @Test
    void shouldOpenWhenHalfOfTheCallsFail() {
        // When
        calls(10, Verdict.WELL);
        calls(10, Verdict.UNWELL);

        // Then
        assertThat(breaker.state()).isEqualTo("open");
        assertThat(breaker.isOpen()).isTrue();
        assertThat(breaker.tryAcquire()).isEmpty();
        assertThat(breaker.retryAfter()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void shouldNotCountCallsThatWereNotMade() {
        // When
        calls(40, Verdict.NO_CALL);
        calls(19, Verdict.UNWELL);

        // Then
        assertThat(breaker.state()).isEqualTo("closed");
    }

    @Test
    void shouldForgetCallsOlderThanTheWindow() {
        // When
        calls(19, Verdict.UNWELL);
        now = now.plusSeconds(31);
        calls(1, Verdict.UNWELL);

        // Then
        assertThat(breaker.state()).isEqualTo("closed");
    }

    @Test
    void shouldLetAFewProbesThroughWhichCloseIt() {
        // Given
        calls(20, Verdict.UNWELL);
        now = now.plusSeconds(11);

        // When
        List<Permit> probes = List.of(permit(), permit(), permit());
        Optional<Permit> fourth = breaker.tryAcquire();
        String probing = breaker.state();
        probes.forEach(probe -> probe.end(Verdict.WELL));

        // Then
        assertThat(fourth).isEmpty();
        assertThat(probing).isEqualTo("half_open");
        assertThat(breaker.state()).isEqualTo("closed");
    }

    @Test
    void shouldOpenAgainWhenProbesFail() {
        // Given
        calls(20, Verdict.UNWELL);
        now = now.plusSeconds(11);

        // When
        calls(3, Verdict.UNWELL);

        // Then
        assertThat(breaker.isOpen()).isTrue();
    }

    @Test
    void shouldGiveAProbeThatWasNotMadeToAnother() {
        // Given
        calls(20, Verdict.UNWELL);
        now = now.plusSeconds(11);
        List<Permit> probes = List.of(permit(), permit(), permit());

        // When
        probes.get(0).end(Verdict.NO_CALL);
        probes.get(0).end(Verdict.NO_CALL);

        // Then
        assertThat(breaker.tryAcquire()).isPresent();
        assertThat(breaker.tryAcquire()).isEmpty();
    }

    @Test
    void shouldNotBeDecidedByCallsFromBefore() {
        // Given
        List<Permit> hanging = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            hanging.add(permit());
        }
        calls(20, Verdict.UNWELL);
        now = now.plusSeconds(11);
        Permit probe = permit();

        // When
        hanging.forEach(call -> call.end(Verdict.UNWELL));

        // Then
        assertThat(breaker.state()).isEqualTo("half_open");
        probe.end(Verdict.WELL);
        calls(2, Verdict.WELL);
        assertThat(breaker.state()).isEqualTo("closed");
    }

    private Permit permit() {
        return breaker.tryAcquire().orElseThrow();
    }

    private void calls(int count, Verdict verdict) {
        for (int i = 0; i < count; i++) {
            permit().end(verdict);
        }
    }
}
