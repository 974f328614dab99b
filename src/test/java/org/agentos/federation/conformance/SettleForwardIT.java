package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.Reply;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.ScriptedPeer.On;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Forwards of unknown outcome, at a peer that honours no keys and so cannot be asked. */
class SettleForwardIT {
    private static final String NOT_STARTED = "{\"settle\":{\"outcome\":\"not_started\"}}";

    @RegisterExtension
    static final GatewayUnderTest GATEWAY =
            new GatewayUnderTest().peer("stk_b", Map.of("assume", Map.of("idempotency_keys", false)));

    private final String key = Sample.key();
    private final String request = Sample.forward("stk_b", key);
    private ScriptedPeer peer;
    private Answer uncertain;

    @BeforeEach
    void leaveUnknown() {
        peer = GATEWAY.peerOf("stk_b");
        peer.script(On.RUN_CREATE, peer.startedThen(Reply.json(201, "{\"run\":{\"id\":\"misnamed\"}}")));
        uncertain = GATEWAY.forward(request);
    }

    @Test
    void shouldTellWhatIsKnownAndNotAskBlindly() {
        // When
        Answer again = GATEWAY.forward(request);

        // Then
        assertThat(uncertain.status()).as(uncertain.toString()).isEqualTo(502);
        assertThat(uncertain.details().get("state").asText()).isEqualTo("unknown");
        assertThat(again.status()).as(again.toString()).isEqualTo(503);
        assertThat(again.header("Retry-After")).isEqualTo("60");
        assertThat(again.details().get("reason").asText()).isEqualTo("outcome_unknown");
        assertThat(again.details().get("why").asText()).isEqualTo("peer_honours_no_keys");
        assertThat(again.details().get("stack_id").asText()).isEqualTo("stk_b");
        assertThat(again.details().get("forward_id").asText()).isEqualTo(forwardId());
        assertThat(again.details().get("settle").asText()).contains(forwardId());
        assertThat(again.details().at("/peer_answer/status").asInt()).isEqualTo(201);
        assertThat(peer.creates(key)).hasSize(1);
    }

    @Test
    void shouldListItWithTheEvidenceOverACrash() {
        // When
        GATEWAY.process().kill();
        GATEWAY.process().start();

        // Then
        JsonNode listed = listed();
        assertThat(listed.get("state").asText()).isEqualTo("unknown");
        assertThat(listed.get("tenant_id").asText()).isEqualTo(Sample.TENANT);
        assertThat(listed.get("idempotency_key").asText()).isEqualTo(key);
        assertThat(listed.get("agent_id").asText()).isEqualTo("agt_1");
        assertThat(listed.at("/peer_answer/excerpt").asText()).contains("misnamed");
        assertThat(peer.creates(key)).hasSize(1);
    }

    @Test
    void shouldPageTheList() {
        // Given
        String other = Sample.key();
        peer.script(On.RUN_CREATE, Reply.resetAfterReading());
        GATEWAY.forward(Sample.forward("stk_b", other));

        // When
        Answer first = list("&limit=1");
        Answer second =
                list("&limit=1&cursor=" + first.json().get("next_cursor").asText());

        // Then
        assertThat(first.json().get("forwards")).hasSize(1);
        assertThat(second.json().at("/forwards/0/forward_id"))
                .isNotEqualTo(first.json().at("/forwards/0/forward_id"));
        assertThat(list("&tenant_id=tnt_of_nobody").json().get("forwards")).isEmpty();
        assertThat(list("&limit=0").status()).isEqualTo(400);
        assertThat(list("&cursor=%21").status()).isEqualTo(400);
    }

    @Test
    void shouldFreeTheKeyWhenNoRunWasStarted() {
        // When
        Answer settled = settle(NOT_STARTED);
        Answer again = GATEWAY.forward(request);

        // Then
        assertThat(settled.status()).as(settled.toString()).isEqualTo(200);
        assertThat(settled.json().at("/settled/outcome").asText()).isEqualTo("not_started");
        assertThat(again.status()).as(again.toString()).isEqualTo(200);
        assertThat(peer.creates(key)).hasSize(2);
    }

    @Test
    void shouldAnswerTheRunThatWasStarted() throws IOException {
        // Given
        String runId = Sample.runId();
        String started = "{\"settle\":{\"outcome\":\"started\",\"run_id\":\"" + runId + "\",\"events_url\":\"/v1/runs/"
                + runId + "/events\"}}";

        // When
        Answer settled = settle(started);
        Answer repeated = settle(started);
        GATEWAY.process().kill();
        GATEWAY.process().start();
        Answer again = GATEWAY.forward(request);

        // Then
        assertThat(settled.status()).as(settled.toString()).isEqualTo(200);
        assertThat(repeated.json()).isEqualTo(settled.json());
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(again.json().at("/forwarded/remote_run_id").asText()).isEqualTo(runId);
        assertThat(peer.creates(key)).hasSize(1);
        assertThat(settle(NOT_STARTED).details().get("reason").asText()).isEqualTo("already_settled");
        assertThat(Files.readString(GATEWAY.process().directory().resolve("audit.log")))
                .contains("federation.forwards.settle")
                .contains("\"run_id\":\"" + runId + "\"");
    }

    @Test
    void shouldRefuseWhatIsNoSettlement() {
        // Given
        String foreign =
                "{\"settle\":{\"outcome\":\"started\",\"run_id\":\"r\",\"events_url\":\"http://127.0.0.1:1/e\"}}";

        // Then
        assertThat(settle("{\"settle\":{\"outcome\":\"perhaps\"}}").errorCode()).isEqualTo("invalid_request");
        assertThat(settle("{\"settle\":{\"outcome\":\"started\"}}").details().get("problems"))
                .hasSize(2);
        assertThat(settle(foreign).errorCode()).isEqualTo("invalid_request");
        assertThat(post("0".repeat(32), NOT_STARTED).status()).isEqualTo(404);
        assertThat(post("no-id", NOT_STARTED).status()).isEqualTo(404);
        assertThat(listed().get("idempotency_key").asText()).isEqualTo(key);
    }

    @Test
    void shouldBeForOperatorsOnly() {
        // When
        List<Answer> refused = List.of(
                GATEWAY.http()
                        .get("/v1/federation/forwards?state=unknown")
                        .header("X-Scopes", "runs:read runs:forward")
                        .send(),
                GATEWAY.http()
                        .post("/v1/federation/forwards/" + forwardId() + ":settle")
                        .header("X-Scopes", "runs:forward")
                        .json(NOT_STARTED)
                        .send());

        // Then
        assertThat(refused).extracting(Answer::status).containsOnly(403);
    }

    private String forwardId() {
        return uncertain.details().get("forward_id").asText();
    }

    private Answer settle(String body) {
        return post(forwardId(), body);
    }

    private static Answer post(String forwardId, String body) {
        return GATEWAY.http()
                .post("/v1/federation/forwards/" + forwardId + ":settle")
                .json(body)
                .send();
    }

    private static Answer list(String query) {
        return GATEWAY.http()
                .get("/v1/federation/forwards?state=unknown" + query)
                .send();
    }

    private JsonNode listed() {
        return StreamSupport.stream(list("&limit=1000").json().get("forwards").spliterator(), false)
                .filter(forward -> forward.get("forward_id").asText().equals(forwardId()))
                .findFirst()
                .orElseThrow();
    }
}
