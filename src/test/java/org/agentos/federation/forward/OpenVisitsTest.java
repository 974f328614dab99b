package org.agentos.federation.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerGuards;
import org.agentos.federation.settings.BreakerSettings;
import org.agentos.federation.settings.RetryBudgetSettings;
import org.junit.jupiter.api.Test;

class OpenVisitsTest {
    private final OpenVisits visits = new OpenVisits();
    private final AtomicBoolean allowed = new AtomicBoolean(true);
    private final AtomicInteger cut = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger();

    @Test
    void shouldCutTheCallOfAVisitThatIsNoLongerAllowed() {
        // Given
        PeerVisit visit = open();
        visit.calling(this::cancel);
        visits.endRevoked();
        int cutWhileAllowed = cut.get();

        // When
        allowed.set(false);
        visits.endRevoked();

        // Then
        assertThat(cutWhileAllowed).isZero();
        assertThat(cut).hasValue(1);
        assertThat(visit.isRevoked()).isTrue();
    }

    @Test
    void shouldCutACallThatBeginsAfterItsVisitWasRevoked() {
        // Given
        allowed.set(false);
        PeerVisit visit = open();

        // When
        visit.calling(this::cancel);

        // Then
        assertThat(cut).hasValue(1);
    }

    @Test
    void shouldForgetAVisitThatIsOver() {
        // Given
        PeerVisit visit = open();
        int during = visits.of("tnt_a", "stk_b");

        // When
        visit.leave();
        visit.leave();

        // Then
        assertThat(during).isEqualTo(1);
        assertThat(visits.of("tnt_a", "stk_b")).isZero();
        assertThat(visits.find(visit.number())).isEmpty();
        assertThat(left).hasValue(1);
    }

    @Test
    void shouldCountEachTenantsOwn() {
        open();

        assertThat(visits.of("tnt_b", "stk_b")).isZero();
        assertThat(visits.of("tnt_a", "stk_c")).isZero();
    }

    private boolean cancel() {
        cut.incrementAndGet();
        return true;
    }

    private PeerVisit open() {
        Peer peer = new Peer(
                ForwardBench.info("stk_b"),
                URI.create("http://peer.example"),
                List.of(),
                Optional.empty(),
                Peer.Policy.UNRESTRICTED,
                Peer.Redelivery.DEFAULT,
                Peer.Mirror.DEFAULT,
                Peer.Token.CALLER,
                true);
        PeerGuards.Guard guard = new PeerGuards(
                        new BreakerSettings(Duration.ofSeconds(30), 20, 50, Duration.ofSeconds(10), 1),
                        new RetryBudgetSettings(0, 3),
                        InstantSource.system(),
                        stackId -> true)
                .of("stk_b");
        return visits.open(
                peer, guard, left::incrementAndGet, guard.breaker().tryAcquire().orElseThrow(), "tnt_a", allowed::get);
    }
}
