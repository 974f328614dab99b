package org.agentos.federation.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.peer.PeerBreaker.Verdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when a peer fails or cannot be reached: by the real route files. */
class FailoverRouteTest {
    private static final String ANY = ForwardBench.body("{\"region\":\"eu\"}", "agt_plan", "");

    @TempDir
    Path directory;

    private final ScriptedPeer dead = new ScriptedPeer();
    private final ScriptedPeer alive = new ScriptedPeer();
    private ForwardBench bench;

    @AfterEach
    void stop() {
        dead.close();
        alive.close();
        if (bench != null) {
            bench.close();
        }
    }

    @Test
    void shouldTurnToAnotherPeerWhileTheFirstIsNotReached() throws Exception {
        // Given
        dead.close();
        bench = bench();

        // When
        for (int i = 0; i < 10; i++) {
            assertThat(bench.answer(ANY, "key_" + i).forwarded().remoteStackId())
                    .isEqualTo("stk_c");
        }

        // Then
        assertThat(bench.store.keys().open()).isEmpty();
        assertThat(bench.inFlight.all()).isZero();
        assertThat(intents())
                .as("the intent was moved before the second peer was called")
                .containsSubsequence("stk_b", "stk_c");
    }

    @Test
    void shouldKnowTheMovedIntentAfterACrash() {
        // Given
        dead.close();
        bench = bench();
        alive.otherwise = (call, exchange) -> exchange.close();

        // When
        await().until(() -> {
            bench.refusal(ANY, "key_" + alive.calls.size());
            return alive.calls.size() > 3;
        });
        bench.close();
        bench = bench();

        // Then
        assertThat(bench.store.keys().open()).isNotEmpty().allSatisfy(intent -> assertThat(intent.stackId())
                .isEqualTo("stk_c"));
        assertThat(bench.store.keys().takesMore("stk_b")).isTrue();
    }

    @Test
    void shouldStayWithAPeerThatMayHaveSeenTheCall() {
        // Given
        bench = bench();
        dead.otherwise = (call, exchange) -> exchange.close();

        // When
        for (int i = 0; dead.calls.isEmpty(); i++) {
            bench.forward(ANY, ForwardBench.caller("tnt_a", "prn_a"), "key_" + i);
        }

        // Then
        String key = dead.calls.get(0).headers().get("idempotency-key");
        assertThat(dead.calls).hasSize(3);
        assertThat(alive.calls)
                .noneMatch(call -> call.headers().get("idempotency-key").equals(key));
    }

    @Test
    void shouldNeverTurnFromANamedPeer() {
        // Given
        dead.close();
        bench = bench();

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, "key_1");

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.DEPENDENCY_UNAVAILABLE);
        assertThat(alive.calls).isEmpty();
    }

    @Test
    void shouldAnswerAtOnceWhileTheBreakerIsOpen() {
        // Given
        bench = bench();
        dead.otherwise = (call, exchange) -> ScriptedPeer.respond(exchange, 500, "");
        open("stk_b");

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, "key_1");
        ForwardAnswer elsewhere = bench.answer(ANY, "key_2");

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.DEPENDENCY_UNAVAILABLE);
        assertThat(refusal.details()).containsEntry("reason", "breaker_open");
        assertThat(refusal.headers()).containsEntry("Retry-After", "1");
        assertThat(elsewhere.forwarded().remoteStackId()).isEqualTo("stk_c");
        assertThat(dead.calls).isEmpty();
        assertThat(bench.inFlight.all()).isZero();
    }

    @Test
    void shouldCloseTheBreakerWhenProbesSucceed() {
        // Given
        bench = bench();
        open("stk_b");

        // When
        await().atMost(Duration.ofSeconds(10))
                .until(() -> bench.forward(ForwardBench.BODY, ForwardBench.caller("tnt_a", "prn_a"), "key_1")
                                .getException()
                        == null);
        bench.answer(ForwardBench.BODY, "key_2");

        // Then
        assertThat(bench.guards.of("stk_b").breaker().state()).isEqualTo("closed");
    }

    @Test
    void shouldKeepCallsToAFailingPeerWithinTheBudgetAndThenCease() {
        // Given
        bench = bench();
        dead.otherwise = (call, exchange) -> ScriptedPeer.respond(exchange, 503, "");

        // When
        Map<Object, Long> reasons = IntStream.range(0, 40)
                .mapToObj(i -> bench.refusal(ForwardBench.BODY, "key_" + i))
                .collect(Collectors.groupingBy(
                        refusal -> refusal.details().getOrDefault("reason", "attempts"), Collectors.counting()));

        // Then
        assertThat(dead.calls).as("20 calls until the breaker opens").hasSize(20);
        assertThat(reasons).containsKey("breaker_open");
        assertThat(bench.meters
                        .counter("agentos_federation_peer_calls", "peer", "stk_b", "outcome", "failed")
                        .count())
                .isEqualTo(20);
        assertThat(bench.meters
                        .counter("agentos_federation_peer_refused_forwards", "peer", "stk_b", "reason", "breaker_open")
                        .count())
                .isPositive();
    }

    private ForwardBench bench() {
        return new ForwardBench(directory, ForwardBench.peer("stk_b", dead), ForwardBench.peer("stk_c", alive));
    }

    private void open(String stackId) {
        for (int i = 0; i < 20; i++) {
            bench.guards.of(stackId).breaker().tryAcquire().orElseThrow().end(Verdict.UNWELL);
        }
    }

    private java.util.List<String> intents() throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            StringBuilder lines = new StringBuilder();
            for (Path file : files.filter(file -> file.toString().contains(".journal."))
                    .sorted()
                    .toList()) {
                lines.append(Files.readString(file));
            }
            return lines.toString()
                    .lines()
                    .filter(line -> line.contains("\"op\":\"intent\""))
                    .map(line -> line.contains("\"remote_stack_id\":\"stk_b\"") ? "stk_b" : "stk_c")
                    .toList();
        }
    }
}
