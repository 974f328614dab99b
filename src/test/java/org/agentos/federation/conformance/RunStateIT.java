package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.PeerRequest;
import org.agentos.federation.support.Reply;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.ScriptedPeer.On;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a run stands, asked of the peer that holds it. The mirror asks nothing here: it is on demand. */
class RunStateIT {
    @RegisterExtension
    static final GatewayUnderTest GATEWAY =
            new GatewayUnderTest().peer("stk_b", Map.of("mirror", Map.of("mode", "on-demand")));

    private ScriptedPeer peer;
    private String runId;

    @BeforeEach
    void start() {
        peer = GATEWAY.peerOf("stk_b");
        runId = GATEWAY.started("stk_b");
    }

    @Test
    void shouldAskTheHolder() {
        // Given
        peer.run(runId).status("running");

        // When
        JsonNode run = run();

        // Then
        assertThat(run.get("state").asText()).isEqualTo("running");
        assertThat(run.get("state_source").asText()).isEqualTo("holder");
        assertThat(run.get("state_age_ms").asLong()).isLessThan(2_000);
        PeerRequest asked = asked().get(0);
        assertThat(asked.header("X-Tenant-Id")).isEqualTo(Sample.TENANT);
        assertThat(asked.header("X-Principal-Id")).isEqualTo("prn_1");
        assertThat(asked.header("Authorization")).isEqualTo("Bearer of-the-caller");
    }

    @Test
    void shouldAskOnceForManyWhoPoll() {
        // When
        List<CompletableFuture<Answer>> polls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            polls.add(GATEWAY.http()
                    .get("/v1/federation/runs/" + runId)
                    .tenant(Sample.TENANT)
                    .sendAsync());
        }

        // Then
        assertThat(polls).allSatisfy(poll -> assertThat(poll.join().status()).isEqualTo(200));
        assertThat(asked().size()).isBetween(1, 3);
    }

    @Test
    void shouldSayHowOldItsAnswerIsWhenTheHolderDoesNotTell() {
        // Given
        peer.scriptRun(On.STATUS, runId, Reply.hang());

        // When
        JsonNode run = run();

        // Then
        assertThat(run.get("state").asText()).isEqualTo("running");
        assertThat(run.get("state_age_ms").asLong()).isPositive();
        assertThat(run.at("/state_problem/reason").asText()).isEqualTo("timed_out");
    }

    @Test
    void shouldTellWhatTheHolderAnsweredInstead() {
        // Given
        peer.scriptRun(On.STATUS, runId, Reply.error(500, "internal_error"));
        String other = GATEWAY.started("stk_b");
        peer.scriptRun(On.STATUS, other, Reply.json(200, "{\"run\":{}}"));

        // When
        JsonNode failed = run();
        JsonNode useless =
                GATEWAY.http().get("/v1/federation/runs/" + other).send().json().get("run");

        // Then
        assertThat(failed.at("/state_problem/remote_status").asInt()).isEqualTo(500);
        assertThat(useless.at("/state_problem/reason").asText()).isEqualTo("bad_peer_response");
        assertThat(asked()).hasSize(1);
    }

    @Test
    void shouldNotAskForWhatTheLogProves() {
        // Given
        String pushed = Sample.runId();
        GATEWAY.store(Sample.completed(pushed, 1));

        // When
        Answer answer = GATEWAY.http().get("/v1/federation/runs/" + pushed).send();

        // Then
        assertThat(answer.json().at("/run/state").asText()).isEqualTo("completed");
        assertThat(answer.json().at("/run/state_source").asText()).isEqualTo("log");
    }

    @Test
    void shouldRememberTheEndOverARestart() {
        // Given
        peer.run(runId).status("failed");
        JsonNode told = run();

        // When
        GATEWAY.process().kill();
        GATEWAY.process().start();

        // Then
        assertThat(told.get("state").asText()).isEqualTo("failed");
        assertThat(run().get("state").asText()).isEqualTo("failed");
        assertThat(asked()).hasSize(1);
    }

    private JsonNode run() {
        Answer answer = GATEWAY.http()
                .get("/v1/federation/runs/" + runId)
                .tenant(Sample.TENANT)
                .header("X-Principal-Id", "prn_1")
                .header("Authorization", "Bearer of-the-caller")
                .send();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json().get("run");
    }

    private List<PeerRequest> asked() {
        return peer.requests(On.STATUS).stream()
                .filter(request -> request.path().endsWith("/" + runId))
                .toList();
    }
}
