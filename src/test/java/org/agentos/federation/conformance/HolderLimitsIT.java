package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.Reply;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.ScriptedPeer.On;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What clients are told about runs whose holder is busy, fails, is silent or away. */
class HolderLimitsIT {
    private static final Map<String, Object> ON_DEMAND = Map.of("mode", "on-demand");
    private static final Map<String, Object> PATIENT =
            Map.of("mirror", ON_DEMAND, "redelivery", Map.of("deadline_ms", 60_000, "max_attempts", 1));

    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest()
            .peer("stk_busy", PATIENT)
            .peer("stk_hung", Map.of("mirror", ON_DEMAND))
            .peer("stk_unwell", PATIENT)
            .peer("stk_away", PATIENT)
            .environment("AGENTOS_FED_HOLDER_IN_FLIGHT_PER_PEER", "1")
            .environment("AGENTOS_FED_HOLDER_STATE_TIMEOUT_MS", "60000")
            .environment("AGENTOS_FED_HOLDER_CANCEL_DEADLINE_MS", "300")
            .environment("AGENTOS_FED_FORWARD_DEADLINE_MS", "60000")
            .environment("AGENTOS_FED_FORWARD_ATTEMPT_TIMEOUT_MS", "60000")
            .environment("AGENTOS_FED_BREAKER_MIN_CALLS", "4")
            .environment("AGENTOS_FED_BREAKER_OPEN_FOR", "10m");

    @Test
    void shouldAnswerWhatIsKnownWhereAllPlacesForQuestionsAreTaken() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_busy");
        String asked = GATEWAY.started("stk_busy");
        String other = GATEWAY.started("stk_busy");
        CountDownLatch gate = new CountDownLatch(1);
        peer.scriptRun(On.STATUS, asked, Reply.when(gate, Reply.json(200, "{\"run\":{\"status\":\"queued\"}}")));
        int before = peer.requests(On.STATUS).size();
        CompletableFuture<Answer> first = get(asked);
        await().until(() -> peer.requests(On.STATUS).size() == before + 1);

        // When
        JsonNode run = run(other);
        Answer cancel = cancel(other).join();
        gate.countDown();

        // Then
        assertThat(run.get("state").asText()).isEqualTo("running");
        assertThat(run.at("/state_problem/reason").asText()).isEqualTo("bulkhead_full");
        assertThat(cancel.status()).as("cancels have places of their own").isEqualTo(200);
        assertThat(first.join().json().at("/run/state").asText()).isEqualTo("queued");
    }

    @Test
    void shouldRefuseACancelAtOnceWhereAllPlacesForCancelsAreTaken() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_busy");
        String first = GATEWAY.started("stk_busy");
        String second = GATEWAY.started("stk_busy");
        CountDownLatch gate = new CountDownLatch(1);
        peer.script(On.CANCEL, Reply.when(gate, Reply.json(200, "{\"run\":{\"status\":\"canceled\"}}")));
        int before = peer.requests(On.CANCEL).size();
        CompletableFuture<Answer> underWay = cancel(first);
        await().until(() -> peer.requests(On.CANCEL).size() == before + 1);

        // When
        Answer refused = cancel(second).join();
        gate.countDown();

        // Then
        assertThat(refused.status()).as(refused.toString()).isEqualTo(503);
        assertThat(refused.details().get("reason").asText()).isEqualTo("bulkhead_full");
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        assertThat(underWay.join().status()).isEqualTo(200);
        assertThat(cancel(second).join().status()).isEqualTo(200);
    }

    @Test
    void shouldSayThatACancelTookTooLong() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_hung");
        String runId = GATEWAY.started("stk_hung");
        peer.script(On.CANCEL, Reply.hang(), Reply.hang());

        // When
        Answer answer = cancel(runId).join();
        JsonNode run = run(runId);

        // Then
        assertThat(answer.status()).as(answer.toString()).isEqualTo(504);
        assertThat(answer.errorCode()).isEqualTo("timeout");
        assertThat(answer.details().get("state").asText()).isEqualTo("unknown");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertThat(run.get("state").asText()).isEqualTo("running");
    }

    @Test
    void shouldMakeNoCallWhileTheBreakerIsOpen() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_unwell");
        String runId = GATEWAY.started("stk_unwell");
        Reply unwell = Reply.error(500, "internal_error");
        peer.script(On.CANCEL, unwell, unwell, unwell);
        for (int i = 0; i < 3; i++) {
            assertThat(cancel(runId).join().status()).isEqualTo(503);
        }

        // When
        Answer answer = cancel(runId).join();
        JsonNode run = run(runId);

        // Then
        assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
        assertThat(answer.details().get("reason").asText()).isEqualTo("breaker_open");
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
        assertThat(run.at("/state_problem/reason").asText()).isEqualTo("breaker_open");
        assertThat(peer.requests(On.CANCEL)).hasSize(3);
        assertThat(peer.requests(On.STATUS)).isEmpty();
    }

    @Test
    void shouldTellWhatWasLastHeardOfAPeerThatIsAwayAndHowLongAgo() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_away");
        String runId = GATEWAY.started("stk_away");
        peer.run(runId).status("queued");

        // When
        JsonNode told = run(runId);
        peer.close();
        await().until(() -> run(runId).has("state_problem"));
        JsonNode later = run(runId);
        Answer cancel = cancel(runId).join();

        // Then
        assertThat(told.get("state").asText()).isEqualTo("queued");
        assertThat(told.has("state_problem")).isFalse();
        assertThat(later.get("state").asText()).isEqualTo("queued");
        assertThat(later.get("state_source").asText()).isEqualTo("holder");
        assertThat(later.get("state_age_ms").asLong())
                .isGreaterThan(told.get("state_age_ms").asLong());
        assertThat(later.at("/state_problem/reason").asText()).isIn("unreachable", "broken");
        assertThat(cancel.status()).as(cancel.toString()).isEqualTo(503);
        assertThat(cancel.errorCode()).isEqualTo("dependency_unavailable");
    }

    private static CompletableFuture<Answer> get(String runId) {
        return GATEWAY.http()
                .get("/v1/federation/runs/" + runId)
                .tenant(Sample.TENANT)
                .sendAsync();
    }

    private static JsonNode run(String runId) {
        Answer answer = get(runId).join();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json().get("run");
    }

    private static CompletableFuture<Answer> cancel(String runId) {
        return GATEWAY.http()
                .post("/v1/federation/runs/" + runId + ":cancel")
                .tenant(Sample.TENANT)
                .sendAsync();
    }
}
