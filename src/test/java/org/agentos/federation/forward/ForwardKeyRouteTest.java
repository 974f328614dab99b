package org.agentos.federation.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** At most one run per idempotency key, by the real route files. */
class ForwardKeyRouteTest {
    private static final String BY_REGION = ForwardBench.body("{\"region\":\"eu\"}", "agt_plan", "");

    @TempDir
    Path directory;

    private final ScriptedPeer peer = new ScriptedPeer();
    private final ScriptedPeer second = new ScriptedPeer();
    private final ExecutorService clients = Executors.newCachedThreadPool();
    private ForwardBench bench;

    @BeforeEach
    void start() {
        bench = bench();
    }

    private ForwardBench bench() {
        return new ForwardBench(directory, ForwardBench.peer("stk_b", peer), ForwardBench.peer("stk_c", second));
    }

    @AfterEach
    void stop() {
        peer.close();
        second.close();
        bench.close();
        clients.shutdownNow();
    }

    @Test
    void shouldAnswerARepeatedKeyWithoutACall() {
        // Given
        ForwardAnswer first = bench.answer(ForwardBench.BODY, "key_1");

        // When
        Exchange again = bench.forward(
                " " + ForwardBench.BODY.replace("1.0", "1"), ForwardBench.caller("tnt_a", "prn_a"), "\"key_1\"");

        // Then
        assertThat(again.getMessage().getBody()).isEqualTo(first);
        assertThat(again.getMessage().getHeader("Idempotent-Replayed")).isEqualTo("true");
        assertThat(peer.calls).hasSize(1);
    }

    @Test
    void shouldAnswerARepeatedKeyAfterARestart() {
        // Given
        ForwardAnswer first = bench.answer(ForwardBench.BODY, "key_1");
        bench.close();

        // When
        bench = bench();
        ForwardAnswer again = bench.answer(ForwardBench.BODY, "key_1");

        // Then
        assertThat(again).isEqualTo(first);
        assertThat(peer.calls).hasSize(1);
    }

    @Test
    void shouldRefuseAKeyUsedWithAnotherRequest() {
        // Given
        bench.answer(ForwardBench.BODY, "key_1");

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY.replace("1.0", "2"), "key_1");

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.CONFLICT);
        assertThat(refusal.details()).hasToString("{reason=idempotency_key_reused, idempotency_key=key_1}");
    }

    @Test
    void shouldKeepKeysOfPrincipalsApart() {
        // Given
        bench.answer(ForwardBench.BODY, "key_1");

        // When
        Exchange other = bench.forward(ForwardBench.BODY, ForwardBench.caller("tnt_a", "prn_z"), "key_1");

        // Then
        assertThat(other.getMessage().getBody(ForwardAnswer.class).forwarded().remoteRunId())
                .isEqualTo("run_2");
    }

    @Test
    void shouldRefuseARunThatThePeerGaveUnderAnotherScope() {
        // Given
        peer.then(201, ScriptedPeer.run("run_x")).then(200, ScriptedPeer.run("run_x"));
        bench.answer(ForwardBench.BODY, "key_1");

        // When
        FederationException refusal = bench.refusal(ForwardBench.body("agt_other", ""), "key_1");

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.CONFLICT);
        assertThat(refusal.details()).containsEntry("reason", "key_scope");
        assertThat(bench.store.index().find(bench.run("run_x")).orElseThrow().agentId())
                .contains("agt_plan");
    }

    @Test
    void shouldRefuseARunIdThatAnotherPeerGave() {
        // Given
        peer.then(201, ScriptedPeer.run("run_x"));
        second.then(201, ScriptedPeer.run("run_x"));
        bench.answer(ForwardBench.BODY, "key_1");

        // When
        FederationException refusal =
                bench.refusal(ForwardBench.body("{\"stack_id\":\"stk_c\"}", "agt_plan", ""), "key_2");

        // Then
        assertThat(refusal.details()).containsEntry("reason", "run_id_taken");
    }

    @Test
    void shouldLetCallersOfAKeyInFlightJoinIt() throws Exception {
        // Given
        CountDownLatch go = new CountDownLatch(1);
        peer.thenWait(go, 201, ScriptedPeer.run("run_1"));
        List<CompletableFuture<Exchange>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(CompletableFuture.supplyAsync(
                    () -> bench.forward(ForwardBench.BODY, ForwardBench.caller("tnt_a", "prn_a"), "key_1"), clients));
        }
        await().until(() -> !peer.calls.isEmpty());

        // When
        go.countDown();
        List<Exchange> done = all.stream().map(CompletableFuture::join).toList();

        // Then
        assertThat(peer.calls).hasSize(1);
        assertThat(done)
                .extracting(exchange -> exchange.getMessage().getBody(ForwardAnswer.class))
                .hasSize(20)
                .containsOnly(done.get(0).getMessage().getBody(ForwardAnswer.class));
        assertThat(done)
                .filteredOn(exchange -> exchange.getMessage().getHeader("Idempotent-Replayed") == null)
                .hasSize(1);
    }

    @Test
    void shouldFreeTheKeyAfterADefiniteNo() {
        // Given
        peer.then(403, "");
        bench.refusal(ForwardBench.BODY, "key_1");

        // When
        ForwardAnswer answer = bench.answer(ForwardBench.BODY.replace("1.0", "2"), "key_1");

        // Then
        assertThat(answer.attempts()).isEqualTo(1);
    }

    @Test
    void shouldAskTheSamePeerAgainAfterAnUncertainEnd() {
        // Given
        second.close();
        peer.thenReset().thenReset().thenReset();
        bench.refusal(BY_REGION, "key_1");
        bench.close();
        bench = new ForwardBench(directory, ForwardBench.peer("stk_c", second), ForwardBench.peer("stk_b", peer));

        // When
        ForwardAnswer answer = bench.answer(BY_REGION, "key_1");

        // Then
        assertThat(answer.forwarded().remoteStackId()).isEqualTo("stk_b");
        assertThat(peer.calls).hasSize(4);
    }

    @Test
    void shouldNotTakeARefusalForADefiniteNoAfterAnUncertainEnd() {
        // Given
        peer.then(500, "").then(500, "").then(500, "").then(403, "");
        bench.refusal(ForwardBench.BODY, "key_1");

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, "key_1");

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.FORWARD_REJECTED);
        assertThat(bench.store.keys().open()).hasSize(1);
        assertThat(bench.refusal(ForwardBench.BODY.replace("1.0", "2"), "key_1").details())
                .containsEntry("reason", "idempotency_key_reused");
    }

    @Test
    void shouldRefuseAtOnceBeyondThePeersPlaces() {
        // Given
        CountDownLatch go = new CountDownLatch(1);
        peer.otherwise = (call, exchange) -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            ScriptedPeer.respond(
                    exchange, 201, ScriptedPeer.run("run_" + call.headers().get("idempotency-key")));
        };
        List<CompletableFuture<Exchange>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String key = "key_" + i;
            all.add(CompletableFuture.supplyAsync(
                    () -> bench.forward(ForwardBench.BODY, ForwardBench.caller("tnt_a", "prn_a"), key), clients));
        }
        await().until(() -> peer.calls.size() == 8);

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, "key_more");
        ForwardAnswer elsewhere = bench.answer(BY_REGION, "key_elsewhere");
        go.countDown();

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.DEPENDENCY_UNAVAILABLE);
        assertThat(refusal.headers()).containsEntry("Retry-After", "1");
        assertThat(elsewhere.forwarded().remoteStackId()).isEqualTo("stk_c");
        assertThat(all)
                .allSatisfy(forward -> assertThat(forward.join().getException()).isNull());
    }
}
