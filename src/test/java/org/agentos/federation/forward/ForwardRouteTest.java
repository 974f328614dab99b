package org.agentos.federation.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.forward.store.Digest128;
import org.agentos.federation.forward.store.UnknownForward;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls to a peer by the real route files: what is sent, what is tried again, what the caller is told. */
class ForwardRouteTest {
    private static final String TRACEPARENT = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01";
    private static final Set<String> SENT_HEADERS = Set.of(
            "x-tenant-id",
            "x-principal-id",
            "x-request-id",
            "x-correlation-id",
            "traceparent",
            "idempotency-key",
            "authorization",
            "content-type",
            "content-length",
            "accept",
            "host",
            "connection",
            "user-agent");

    @TempDir
    Path directory;

    private final ScriptedPeer peer = new ScriptedPeer();
    private ForwardBench bench;

    @AfterEach
    void stop() {
        peer.close();
        if (bench != null) {
            bench.close();
        }
    }

    @Test
    void shouldForwardARun() {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));

        // When
        ForwardAnswer answer = bench.answer(ForwardBench.BODY, "key_1");

        // Then
        assertThat(answer)
                .isEqualTo(new ForwardAnswer(
                        new ForwardAnswer.Forwarded(
                                "tnt_a", "stk_b", "run_1", peer.baseUrl() + "/v1/runs/run_1/events", "running"),
                        "cor_1",
                        "/v1/federation/runs/run_1/events",
                        "cur_run_1",
                        1,
                        "key_1",
                        null));
        assertThat(bench.store.index().find(bench.run("run_1"))).isPresent();
    }

    @Test
    void shouldSendExactlyWhatTheContractSays() {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));
        String body = ForwardBench.body("agt/ä b%", ",\"idempotency_key\" : \"key_1\", \"tooling\":[ 1e1 ,\"\\u00e9\"]")
                .replace("\"run_request\"", "\"traceparent\":\"" + TRACEPARENT + "\",\"run_request\"");

        // When
        bench.answer(body, null);

        // Then
        ScriptedPeer.Call call = peer.calls.get(0);
        assertThat(call.method()).isEqualTo("POST");
        assertThat(call.path()).isEqualTo("/base/v1/agents/agt%2F%C3%A4%20b%25/runs");
        assertThat(call.body())
                .isEqualTo("{\"input\":{\"q\": 1.0},\"idempotency_key\" : \"key_1\",\"tooling\":[ 1e1 ,\"\\u00e9\"]}");
        assertThat(call.headers())
                .containsAllEntriesOf(Map.of(
                        "x-tenant-id", "tnt_a",
                        "x-principal-id", "prn_a",
                        "x-request-id", "req_1",
                        "x-correlation-id", "cor_1",
                        "traceparent", TRACEPARENT,
                        "idempotency-key", "key_1",
                        "authorization", "Bearer callers-own",
                        "content-type", "application/json"));
        assertThat(call.headers().keySet()).isSubsetOf(SENT_HEADERS);
    }

    @Test
    void shouldKeepTheCallersTokenFromAPeerThatTakesNone() {
        // Given
        Peer noToken = new Peer(
                ForwardBench.info("stk_b"),
                peer.baseUrl(),
                List.of(),
                Optional.empty(),
                Peer.Policy.UNRESTRICTED,
                Peer.Redelivery.DEFAULT,
                Peer.Mirror.DEFAULT,
                Peer.Token.NONE,
                true);
        bench = new ForwardBench(directory, noToken);

        // When
        bench.answer(ForwardBench.BODY, null);

        // Then
        assertThat(peer.calls.get(0).headers()).doesNotContainKey("authorization");
    }

    @Test
    void shouldTryAgainAfterServerErrorsAndLostConnections() {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));
        peer.then(503, "busy").thenReset();

        // When
        ForwardAnswer answer = bench.answer(ForwardBench.BODY, null);

        // Then
        assertThat(answer.attempts()).isEqualTo(3);
        assertThat(peer.calls)
                .hasSize(3)
                .extracting(call -> call.headers().get("idempotency-key"))
                .containsOnly(answer.idempotencyKey());
        assertThat(peer.calls)
                .extracting(ScriptedPeer.Call::body)
                .containsOnly(peer.calls.get(0).body());
    }

    @Test
    void shouldTryAgainAfterAnAttemptThatHangs() {
        // Given
        bench = bench(Duration.ofSeconds(10), Duration.ofMillis(200), ForwardBench.peer("stk_b", peer));
        peer.thenHang();

        // When
        ForwardAnswer answer = bench.answer(ForwardBench.BODY, null);

        // Then
        assertThat(answer.attempts()).isEqualTo(2);
    }

    @Test
    void shouldGiveUpWhenTheAttemptsAreUsedUp() {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));
        peer.otherwise = (call, exchange) -> ScriptedPeer.respond(exchange, 500, "");

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, "key_1");

        // Then
        assertThat(peer.calls).hasSize(3);
        assertThat(refusal.code()).isEqualTo(ErrorCode.DEPENDENCY_UNAVAILABLE);
        assertThat(refusal.details())
                .containsAllEntriesOf(Map.of("remote_status", 500, "idempotency_key", "key_1", "state", "unknown"));
        assertThat(refusal.headers()).isEqualTo(Map.of("Retry-After", "1"));
    }

    @Test
    void shouldTakeAPeersOwnNumberOfAttempts() {
        // Given
        Peer impatient = ForwardBench.peer(
                "stk_b",
                peer,
                Peer.Policy.UNRESTRICTED,
                new Peer.Redelivery(OptionalInt.of(5), OptionalInt.of(1), OptionalInt.empty()));
        bench = new ForwardBench(directory, impatient);
        peer.otherwise = (call, exchange) -> ScriptedPeer.respond(exchange, 502, "");

        // When
        bench.refusal(ForwardBench.BODY, null);

        // Then
        assertThat(peer.calls).hasSize(5);
    }

    @Test
    void shouldWaitAsLongAsThePeerAsks() {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));
        peer.then(429, "", "Retry-After", "1");
        long before = System.nanoTime();

        // When
        ForwardAnswer answer = bench.answer(ForwardBench.BODY, null);

        // Then
        assertThat(answer.attempts()).isEqualTo(2);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void shouldNotWaitBeyondTheDeadline() {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));
        peer.then(503, "", "Retry-After", "600");

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, null);

        // Then
        assertThat(peer.calls).hasSize(1);
        assertThat(refusal.code()).isEqualTo(ErrorCode.DEPENDENCY_UNAVAILABLE);
        assertThat(refusal.headers()).containsEntry("Retry-After", "600");
    }

    @Test
    void shouldNotTryAgainAfterTooManyRequestsWithoutATime() {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));
        peer.then(429, "{}");

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, null);

        // Then
        assertThat(peer.calls).hasSize(1);
        assertThat(refusal.details()).containsEntry("remote_status", 429);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 408, 409, 422})
    void shouldTryARefusalOnce(int status) {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));
        peer.then(status, "{\"error\":{\"code\":\"tenant_unknown\"}}", "Retry-After", "0");

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, "key_1");

        // Then
        assertThat(peer.calls).hasSize(1);
        assertThat(refusal.code()).isEqualTo(ErrorCode.FORWARD_REJECTED);
        assertThat(refusal.retryable()).isFalse();
        assertThat(refusal.details())
                .hasToString("{remote_status=" + status
                        + ", remote_error={\"code\":\"tenant_unknown\"}, idempotency_key=key_1}");
    }

    @Test
    void shouldBoundThePeersErrorText() {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));
        peer.then(400, "x".repeat(100_000));

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, null);

        // Then
        assertThat(refusal.details().get("remote_error")).isEqualTo("x".repeat(PeerRefusal.MAX_REMOTE_ERROR));
    }

    @Test
    void shouldEndAtTheDeadlineAndSayWhatIsUnknown() {
        // Given
        bench = bench(Duration.ofMillis(400), Duration.ofSeconds(5), ForwardBench.peer("stk_b", peer));
        peer.thenHang();

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, "key_1");

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.TIMEOUT);
        assertThat(refusal.details()).containsEntry("state", "unknown");
    }

    @Test
    void shouldCutAPeerThatDrips() {
        // Given
        bench = bench(Duration.ofMillis(400), Duration.ofSeconds(5), ForwardBench.peer("stk_b", peer));
        peer.then((call, exchange) -> {
            exchange.sendResponseHeaders(200, 0);
            for (int i = 0; i < 1000; i++) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
                java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
            }
        });

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, null);

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.TIMEOUT);
    }

    @Test
    void shouldFreeTheKeyWhenThePeerWasNeverReached() {
        // Given
        peer.close();
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, "key_1");

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.DEPENDENCY_UNAVAILABLE);
        assertThat(bench.store.keys().open()).isEmpty();
    }

    @Test
    void shouldNotCallForATenantThatNoHeaderCanName() {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));

        // When
        FederationException refusal =
                bench.refusal(ForwardBench.BODY, ForwardBench.caller("\u0442\u043d\u0442", "prn_a"), "key_1");

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(peer.calls).isEmpty();
    }

    @Test
    void shouldSendAKeyThatNoHeaderCarriesInTheBodyAlone() {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));

        // When
        bench.answer(ForwardBench.body("agt_plan", ",\"idempotency_key\":\"\u043a1\""), null);

        // Then
        assertThat(peer.calls.get(0).headers()).doesNotContainKey("idempotency-key");
        assertThat(peer.calls.get(0).body()).contains("\"idempotency_key\":\"\u043a1\"");
    }

    @Test
    void shouldAnswerForwardsWhoseCallsAreCutAtShutdown() throws Exception {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));
        peer.thenHang();
        CompletableFuture<FederationException> refusal =
                CompletableFuture.supplyAsync(() -> bench.refusal(ForwardBench.BODY, "key_1"));
        await().until(() -> !peer.calls.isEmpty());

        // When
        bench.peerCalls.end();

        // Then
        assertThat(refusal.get(5, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(bench.store.keys().open()).hasSize(1);
    }

    @Test
    void shouldNotFollowARedirect() {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));
        peer.then(307, "", "Location", peer.baseUrl() + "/elsewhere");

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, null);

        // Then
        assertThat(peer.calls).hasSize(1);
        assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_PEER_RESPONSE);
        assertThat(refusal.details()).containsEntry("remote_status", 307);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"run\":{\"run_id\":\"r\"}}",
                "{\"run\":{\"events_url\":\"/e\"}}",
                "{\"run\":{\"run_id\":\"r\\u0000\",\"events_url\":\"/e\"}}",
                "{\"run\":{\"run_id\":\"r\",\"events_url\":\"http://elsewhere.example/base/e\"}}"
            })
    void shouldRefuseAnAnswerWithoutAUsableRun(String answer) {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));
        peer.then(200, answer);

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, null);

        // Then
        assertThat(peer.calls).hasSize(1);
        assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_PEER_RESPONSE);
        assertThat(refusal.retryable()).isTrue();
        assertThat(bench.store.keys().open()).hasSize(1);
    }

    @Test
    void shouldRefuseAnAnswerWithoutEnd() {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));
        peer.then(200, "x".repeat(2 * AnswerBody.MAX_BYTES));

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, null);

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_PEER_RESPONSE);
        assertThat(peer.calls).hasSize(1);
        Digest128 forwardId =
                Digest128.parse(refusal.details().get("forward_id").toString());
        assertThat(bench.store.keys().unknown(forwardId).flatMap(UnknownForward::evidence))
                .hasValueSatisfying(evidence -> assertThat(evidence.status()).isEqualTo(200));
    }

    @Test
    void shouldRefuseWithoutARegistry() {
        // Given
        bench = new ForwardBench(
                ForwardBench.settings(directory), new PeerRegistry(ForwardBench.info("stk_local"), List.of(), false));

        // When
        FederationException refusal = bench.refusal(ForwardBench.BODY, null);

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    private ForwardBench bench(Duration deadline, Duration attemptTimeout, Peer peer) {
        return new ForwardBench(
                ForwardBench.settings(directory, deadline, attemptTimeout),
                new PeerRegistry(ForwardBench.info("stk_local"), List.of(peer), true));
    }
}
