package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.PeerRequest;
import org.agentos.federation.support.Reply;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.ScriptedPeer.On;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardRedeliveryIT {
    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest()
            .peer("stk_b")
            .peer("stk_elsewhere")
            .peer("stk_slow", Map.of("redelivery", Map.of("deadline_ms", 1_000)))
            .deadPeer()
            .environment("AGENTOS_FED_FORWARD_BASE_BACKOFF_MS", "20");

    private final String key = Sample.key();

    @Test
    void shouldTryAgainOnServerErrorsUnderOneKey() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        peer.script(On.RUN_CREATE, Reply.error(500, "oops"), Reply.error(503, "busy"));

        // When
        Answer answer = forward("stk_b");

        // Then
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.json().get("attempts").asInt()).isEqualTo(3);
        assertThat(peer.creates(key)).hasSize(3);
    }

    @Test
    void shouldTryAgainAfterAResetAndStartOneRun() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        peer.script(On.RUN_CREATE, peer.startedThen(Reply.resetAfterReading()), peer.startedThen(Reply.halfJson()));
        int before = peer.runsStarted();

        // When
        Answer answer = forward("stk_b");

        // Then
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.json().get("attempts").asInt()).isEqualTo(3);
        assertThat(peer.callsUnder(key)).isEqualTo(3);
        assertThat(peer.runsStarted() - before).isEqualTo(1);
    }

    @Test
    void shouldTryAgainAfterResetsBeforeThePeerHadReadTheRequest() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        peer.script(On.RUN_CREATE, Reply.resetBeforeReading(), Reply.halfJson());
        int before = peer.runsStarted();

        // When
        Answer answer = forward("stk_b");

        // Then
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.json().get("attempts").asInt()).isEqualTo(3);
        assertThat(peer.callsUnder(key)).isEqualTo(1);
        assertThat(peer.runsStarted() - before).isEqualTo(1);
    }

    @Test
    void shouldMakeAKeyWhenTheCallerGivesNone() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        peer.script(On.RUN_CREATE, Reply.error(502, "oops"));

        // When
        Answer answer = GATEWAY.forward(Sample.forward("stk_b", "\"agent_id\":\"agt_1\"", "prn_1"));

        // Then
        String made = answer.json().get("idempotency_key").asText();
        assertThat(made).isNotEmpty();
        assertThat(peer.creates(made)).hasSize(2);
    }

    @Test
    void shouldWaitAsThePeerAsks() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        peer.script(On.RUN_CREATE, Reply.error(429, "quota_exceeded", "Retry-After", "1"));

        // When
        Answer answer = forward("stk_b");

        // Then
        List<PeerRequest> creates = peer.creates(key);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(creates).hasSize(2);
        assertThat(creates.get(1).arrivedNanos() - creates.get(0).arrivedNanos())
                .isGreaterThan(900_000_000L);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 409, 422})
    void shouldTakeANoForANo(int status) {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        peer.script(On.RUN_CREATE, Reply.error(status, "tenant_unknown"));

        // When
        Answer answer = forward("stk_b");

        // Then
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.errorCode()).isEqualTo("forward_rejected");
        assertThat(answer.details().get("remote_status").asInt()).isEqualTo(status);
        assertThat(answer.details().get("remote_error").toString()).contains("tenant_unknown");
        assertThat(peer.creates(key)).hasSize(1);
    }

    @Test
    void shouldGiveUpAfterAllAttempts() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        Reply busy = Reply.error(503, "busy");
        peer.script(On.RUN_CREATE, busy, busy, busy);

        // When
        Answer answer = forward("stk_b");

        // Then
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.errorCode()).isEqualTo("dependency_unavailable");
        assertThat(answer.details().get("remote_status").asInt()).isEqualTo(503);
        assertThat(answer.details().get("idempotency_key").asText()).isEqualTo(key);
        assertThat(answer.json().at("/error/retryable").asBoolean()).isTrue();
        assertThat(peer.creates(key)).hasSize(3);
    }

    @Test
    void shouldSayThatADeadPeerIsUnavailable() {
        // Given
        GATEWAY.peerOf("stk_b");

        // When
        Answer answer = forward("stk_dead");

        // Then
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.errorCode()).isEqualTo("dependency_unavailable");
    }

    @Test
    void shouldNotFollowARedirect() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        ScriptedPeer elsewhere = GATEWAY.peerOf("stk_elsewhere");
        peer.script(On.RUN_CREATE, Reply.redirect(elsewhere.baseUrl() + "/v1/agents/agt_1/runs"));

        // When
        Answer answer = forward("stk_b");

        // Then
        assertThat(answer.status()).isEqualTo(502);
        assertThat(elsewhere.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ELSEWHERE/v1/runs/r1/events",
                "BASE.evil.example/v1/runs/r1/events",
                "BASE@evil.example/events",
                "//evil.example/v1/runs/r1/events",
                "/v1/../admin/events",
                "/v1/runs/%2e%2e/events",
                "/v1/runs/..%2Fadmin/events",
                "ftp://127.0.0.1/events",
                ""
            })
    void shouldRefuseAnEventsUrlNobodyConfigured(String eventsUrl) {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        ScriptedPeer elsewhere = GATEWAY.peerOf("stk_elsewhere");
        String url = eventsUrl
                .replace("ELSEWHERE", elsewhere.baseUrl().toString())
                .replace("BASE", peer.baseUrl().toString());
        peer.script(On.RUN_CREATE, run(Sample.runId(), url));

        // When
        Answer answer = forward("stk_b");

        // Then
        assertBadPeer(answer);
        assertThat(elsewhere.requests()).isEmpty();
    }

    @Test
    void shouldTakeAnAbsoluteEventsUrlUnderThePeersBase() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        String run = Sample.runId();
        String url = peer.baseUrl() + "/v1/runs/" + run + "/events";
        peer.script(On.RUN_CREATE, run(run, url));

        // When
        Answer answer = forward("stk_b");

        // Then
        assertThat(answer.json().at("/forwarded/remote_events_url").asText()).isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{}", "not json", "{\"run\":{}}", "{\"run\":{\"run_id\":\"\",\"events_url\":\"/e\"}}", "[]"})
    void shouldRefuseAnAnswerWithoutARun(String body) {
        // Given
        GATEWAY.peerOf("stk_b").script(On.RUN_CREATE, Reply.json(200, body));

        // When
        Answer answer = forward("stk_b");

        // Then
        assertBadPeer(answer);
    }

    @Test
    void shouldKeepToTheDeadlineAndSettleTheRunLater() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_slow");
        peer.script(On.RUN_CREATE, peer.startedThen(Reply.hang()));
        int before = peer.runsStarted();

        // When
        Answer late = forward("stk_slow");
        Answer settled = forward("stk_slow");

        // Then
        assertThat(late.status()).as(late.toString()).isEqualTo(504);
        assertThat(late.errorCode()).isEqualTo("timeout");
        assertThat(late.details().has("state")).isTrue();
        assertThat(settled.status()).as(settled.toString()).isEqualTo(200);
        assertThat(peer.runsStarted() - before).isEqualTo(1);
    }

    private static void assertBadPeer(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(502);
        assertThat(answer.errorCode()).isEqualTo("bad_peer_response");
    }

    private static Reply run(String runId, String eventsUrl) {
        return Reply.json(200, "{\"run\":{\"run_id\":\"" + runId + "\",\"events_url\":\"" + eventsUrl + "\"}}");
    }

    private Answer forward(String stackId) {
        return GATEWAY.forward(Sample.forward(stackId, key));
    }
}
