package org.agentos.federation.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.agentos.federation.peer.PeerBreaker.Verdict;
import org.agentos.federation.settings.BreakerSettings;
import org.agentos.federation.settings.RetryBudgetSettings;
import org.junit.jupiter.api.Test;

/** How long a peer's guard is kept. */
class PeerGuardsTest {
    private final Set<String> registered = ConcurrentHashMap.newKeySet();
    private final PeerGuards guards = new PeerGuards(
            new BreakerSettings(Duration.ofSeconds(20), 1, 50, Duration.ofSeconds(10), 3),
            new RetryBudgetSettings(0.1, 10),
            InstantSource.system(),
            registered::contains);

    @Test
    void shouldKeepOneGuardForAPeerOfTheRegistry() {
        // Given
        registered.add("stk_b");

        // Then
        assertThat(guards.of("stk_b")).isSameAs(guards.of("stk_b"));
    }

    @Test
    void shouldKeepNoGuardForOneWhoAsksLate() {
        // Given
        registered.add("stk_b");
        guards.of("stk_b");
        registered.remove("stk_b");
        guards.forget("stk_b");

        // When
        fail("stk_b");

        // Then
        assertThat(guards.kept()).isZero();
        registered.add("stk_b");
        assertThat(guards.of("stk_b").breaker().state())
                .as("a peer that comes back begins with a closed breaker")
                .isEqualTo("closed");
    }

    /** The registry changes and the peer is forgotten just between the question whether it stands there and the keeping. */
    @Test
    void shouldKeepNoGuardWhenThePeerLeavesWhileItIsMade() throws InterruptedException {
        // Given
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        PeerGuards raced = new PeerGuards(
                new BreakerSettings(Duration.ofSeconds(20), 1, 50, Duration.ofSeconds(10), 3),
                new RetryBudgetSettings(0.1, 10),
                InstantSource.system(),
                stackId -> {
                    asked.countDown();
                    await(left);
                    return true;
                });
        Thread late = new Thread(() -> raced.of("stk_b"));
        late.start();
        asked.await();

        // When
        Thread reload = new Thread(() -> raced.forget("stk_b"));
        reload.start();
        while (reload.getState() != Thread.State.BLOCKED && reload.isAlive()) {
            Thread.onSpinWait();
        }
        left.countDown();
        late.join();
        reload.join();

        // Then
        assertThat(raced.kept()).isZero();
    }

    private void fail(String stackId) {
        guards.of(stackId).breaker().tryAcquire().orElseThrow().end(Verdict.UNWELL);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
