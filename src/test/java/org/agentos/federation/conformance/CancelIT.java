package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.PeerRequest;
import org.agentos.federation.support.Reply;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.ScriptedPeer.On;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cancel passed on to the peer that holds the run. */
class CancelIT {
    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest()
            .peer("stk_b", Map.of("mirror", Map.of("mode", "on-demand")))
            .environment("AGENTOS_FED_FORWARD_BASE_BACKOFF_MS", "1");

    private ScriptedPeer peer;
    private String runId;

    @BeforeEach
    void start() {
        peer = GATEWAY.peerOf("stk_b");
        runId = GATEWAY.started("stk_b");
    }

    @Test
    void shouldPassTheCancelOn() throws IOException {
        // When
        Answer answer = cancel(runId);

        // Then
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.json().at("/run/state").asText()).isEqualTo("canceled");
        assertThat(canceled()).hasSize(1);
        assertThat(canceled().get(0).header("X-Tenant-Id")).isEqualTo(Sample.TENANT);
        assertThat(Files.readAllLines(GATEWAY.process().directory().resolve("audit.log")))
                .anySatisfy(line -> assertThat(line)
                        .contains(
                                "\"action\":\"federation.runs.cancel\"", "\"resource\":\"" + runId + "\"", "allowed"));
    }

    @Test
    void shouldAnswerAgainWithoutACallWhenTheRunIsOver() {
        // Given
        cancel(runId);

        // When
        Answer again = cancel(runId);

        // Then
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().at("/run/state").asText()).isEqualTo("canceled");
        assertThat(canceled()).hasSize(1);
    }

    @Test
    void shouldTakeARefusalForAYesWhenTheRunIsOverAtItsHolder() {
        // Given
        peer.run(runId).status("completed");
        peer.script(On.CANCEL, Reply.error(409, "run_finished"));

        // When
        Answer answer = cancel(runId);

        // Then
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.json().at("/run/state").asText()).isEqualTo("completed");
    }

    @Test
    void shouldPassOnARefusalOfARunThatGoesOn() {
        // Given
        peer.run(runId).status("running");
        peer.script(On.CANCEL, Reply.error(403, "not_yours"));

        // When
        Answer answer = cancel(runId);

        // Then
        assertThat(answer.status()).as(answer.toString()).isEqualTo(502);
        assertThat(answer.errorCode()).isEqualTo("forward_rejected");
        assertThat(answer.details().get("remote_status").asInt()).isEqualTo(403);
        assertThat(canceled()).hasSize(1);
    }

    @Test
    void shouldTryAgainAfterResetsAndFailures() {
        // Given
        peer.script(On.CANCEL, Reply.resetAfterReading(), Reply.error(503, "busy"));

        // When
        Answer answer = cancel(runId);

        // Then
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(canceled()).hasSize(3);
    }

    @Test
    void shouldSayWhenTheHolderStaysUnwell() {
        // Given
        Reply unwell = Reply.error(500, "internal_error");
        peer.script(On.CANCEL, unwell, unwell, unwell);

        // When
        Answer answer = cancel(runId);

        // Then
        assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
        assertThat(answer.errorCode()).isEqualTo("dependency_unavailable");
        assertThat(answer.details().get("remote_status").asInt()).isEqualTo(500);
        assertThat(canceled()).hasSize(3);
    }

    @Test
    void shouldAskForTheStateWhenTheCancelTellsNone() {
        // Given
        peer.script(On.CANCEL, Reply.json(202, ""));
        peer.run(runId).status("running");

        // When
        Answer answer = cancel(runId);

        // Then
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.json().at("/run/state").asText()).isEqualTo("running");
    }

    @Test
    void shouldRefuseWhoMayNotAndWhatIsNotThere() {
        // When
        Answer scopeless = GATEWAY.http()
                .post("/v1/federation/runs/" + runId + ":cancel")
                .tenant(Sample.TENANT)
                .header("X-Scopes", "runs:read")
                .send();
        Answer foreign = GATEWAY.http()
                .post("/v1/federation/runs/" + runId + ":cancel")
                .tenant(Sample.OTHER_TENANT)
                .send();
        String pushed = Sample.runId();
        GATEWAY.store(Sample.envelope(pushed, 1));
        Answer holderless = cancel(pushed);

        // Then
        assertThat(scopeless.status()).isEqualTo(403);
        assertThat(foreign.status()).isEqualTo(404);
        assertThat(holderless.errorCode()).isEqualTo("peer_not_found");
        assertThat(canceled()).isEmpty();
    }

    private static Answer cancel(String runId) {
        return GATEWAY.http()
                .post("/v1/federation/runs/" + runId + ":cancel")
                .tenant(Sample.TENANT)
                .send();
    }

    private List<PeerRequest> canceled() {
        return peer.requests(On.CANCEL).stream()
                .filter(request -> request.path().endsWith("/" + runId + ":cancel"))
                .toList();
    }
}
