package org.agentos.federation.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.agentos.federation.peer.PeerGuards;
import org.agentos.federation.settings.BreakerSettings;
import org.agentos.federation.settings.RetryBudgetSettings;
import org.junit.jupiter.api.Test;

class MirrorGateTest {
    private static final String PEER = "stk_b";
    private static final int FLOOR = 10;
    private static final int MIN_CALLS = 20;
    private static final Duration OPEN_FOR = Duration.ofSeconds(10);

    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private final PeerGuards guards = new PeerGuards(
            new BreakerSettings(Duration.ofSeconds(20), MIN_CALLS, 50, OPEN_FOR, 3),
            new RetryBudgetSettings(0.1, FLOOR),
            () -> now,
            stackId -> true);
    private final MirrorGate gate = new MirrorGate(guards);

    @Test
    void shouldLetMirrorsTryAFailingPeerOnlyWithinTheBudget() {
        // Given
        gate.called(PEER, false);

        // When
        long granted = asked(100);

        // Then
        assertThat(granted).isEqualTo(FLOOR);
        assertThat(gate.pause(PEER)).isPositive();
        assertThat(gate.pause("stk_c")).isZero();
    }

    @Test
    void shouldLetAllThroughOnceOneHasReachedThePeer() {
        // Given
        gate.called(PEER, false);
        asked(100);

        // When
        gate.called(PEER, true);

        // Then
        assertThat(asked(100)).isEqualTo(100);
    }

    @Test
    void shouldLeaveForwardsTheirRetries() {
        // Given
        gate.called(PEER, false);
        asked(100);

        // Then
        assertThat(guards.of(PEER).budget().takeRetry()).isTrue();
    }

    @Test
    void shouldHoldMirrorsOffWhileTheBreakerOfForwardsIsOpen() {
        // Given
        for (int call = 0; call < MIN_CALLS; call++) {
            gate.called(PEER, false);
        }

        // Then
        assertThat(guards.of(PEER).breaker().tryAcquire()).isEmpty();
        assertThat(gate.pause(PEER)).isEqualTo(OPEN_FOR);

        // When
        now = now.plus(OPEN_FOR);

        // Then
        assertThat(gate.pause(PEER)).isZero();
    }

    private long asked(int times) {
        return IntStream.range(0, times).filter(i -> gate.pause(PEER).isZero()).count();
    }
}
