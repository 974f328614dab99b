package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.GatewayProcess.Ended;
import org.agentos.federation.support.Reply;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.ScriptedPeer.On;
import org.agentos.federation.support.SseClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a reload changes, by command and by SIGHUP; files are not looked at. */
class ReloadIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest()
            .peer("stk_b")
            .peer("stk_c")
            .environment("AGENTOS_FED_FORWARD_ATTEMPT_TIMEOUT_MS", "30000")
            .environment("AGENTOS_FED_RELOAD_INTERVAL", "0s");

    private final Peers peers = new Peers(GATEWAY);

    @AfterEach
    void restore() {
        peers.take(both(Map.of()));
    }

    @Test
    void shouldEndAtOnceWhatItRevokesAndNothingElse() {
        // Given
        ScriptedPeer denied = GATEWAY.peerOf("stk_b");
        ScriptedPeer kept = GATEWAY.peerOf("stk_c");
        String runOfDenied = GATEWAY.started("stk_b");
        String runOfKept = GATEWAY.started("stk_c");
        await().until(() -> isReadOnce(denied, runOfDenied) && isReadOnce(kept, runOfKept));
        int created = denied.requests(On.RUN_CREATE).size();
        int createdOfKept = kept.requests(On.RUN_CREATE).size();
        denied.script(On.RUN_CREATE, Reply.hang());
        kept.script(On.RUN_CREATE, Reply.after(Duration.ofSeconds(2), kept.started()));
        CompletableFuture<Answer> cut = forward("stk_b");
        CompletableFuture<Answer> goesOn = forward("stk_c");
        await().until(() -> denied.requests(On.RUN_CREATE).size() == created + 1
                && kept.requests(On.RUN_CREATE).size() == createdOfKept + 1);

        try (SseClient readerOfDenied = GATEWAY.stream(runOfDenied, "");
                SseClient readerOfKept = GATEWAY.stream(runOfKept, "")) {
            // When
            String told = peers.take(both(Peers.NO_FORWARDS));

            // Then
            assertThat(told).contains("peers changed: stk_b").contains("peers removed: none");
            Answer ended = cut.orTimeout(PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                    .join();
            assertThat(ended.status()).as(ended.toString()).isEqualTo(503);
            assertThat(ended.details().get("reason").asText()).isEqualTo("peer_revoked");
            await().atMost(PATIENCE).until(() -> denied.openStreams() == 0);
            assertThat(forward("stk_b").join().status()).isEqualTo(403);
            assertThat(ingestAs("stk_b").status()).isEqualTo(403);

            assertThat(goesOn.join().status()).isEqualTo(200);
            kept.run(runOfKept).emit("agentos.step.completed");
            readerOfKept.await("agentos.event", 1);
            assertThat(isReadOnce(kept, runOfKept))
                    .as("the mirror was not connected again")
                    .isTrue();
            assertThat(readerOfDenied.state()).isEqualTo(SseClient.State.OPEN);

            // When
            denied.run(runOfDenied).emit("agentos.step.completed");
            peers.take(both(Map.of()));

            // Then
            readerOfDenied.await("agentos.event", 1);
        }
    }

    @Test
    void shouldLetAQuestionFinishButMakeNoOtherCallAboutARunOfAPeerThatIsRemoved() {
        // Given
        ScriptedPeer removed = GATEWAY.peerOf("stk_b");
        String runId = GATEWAY.started("stk_b");
        removed.script(On.CANCEL, Reply.after(Duration.ofSeconds(2), Reply.error(503, "busy")));
        CompletableFuture<Answer> underWay = cancel(runId);
        await().until(() -> removed.requests(On.CANCEL).size() == 1);

        // When
        peers.take(Map.of("stk_c", Map.of()));

        // Then
        assertThat(underWay.join().status()).isEqualTo(503);
        assertThat(cancel(runId).join().errorCode()).isEqualTo("peer_not_found");
        assertThat(removed.requests(On.CANCEL)).hasSize(1);
    }

    @Test
    void shouldForgetAPeerThatIsRemovedAndKnowItWhenItComesBack() {
        // Given
        GATEWAY.peerOf("stk_b");

        // When
        String removed = peers.take(Map.of("stk_c", Map.of()));
        Answer gone = forward("stk_b").join();
        String metrics = metrics();
        String added = peers.take(both(Map.of()));

        // Then
        assertThat(removed).contains("peers removed: stk_b");
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.errorCode()).isEqualTo("peer_not_found");
        assertThat(metrics).doesNotContain("agentos_federation_peer_breaker_state{peer=\"stk_b\"");
        assertThat(added).contains("peers added: stk_b");
        assertThat(forward("stk_b").join().status()).isEqualTo(200);
        assertThat(metrics()).contains("agentos_federation_peer_breaker_state{peer=\"stk_b\"");
        List<JsonNode> audited = peers.audited();
        JsonNode record = audited.get(audited.size() - 1);
        assertThat(record.get("outcome").asText()).isEqualTo("allowed");
        assertThat(record.at("/meta/added/0").asText()).isEqualTo("stk_b");
        assertThat(record.at("/meta/cause").asText()).isEqualTo("command");
    }

    @Test
    void shouldRefuseAnUnfitFileWithAllItsProblemsAndGoOnAsBefore() throws IOException {
        // Given
        Files.writeString(peers.file(), """
                {"local": {"stack_id": "stk_a"}, "peers": [
                  {"stack_id": "stk_b", "endpoints": {"agent-orchestrator_base_url": "ftp://b"}},
                  {"stack_id": "stk_c", "polcy": {}, "endpoints": {"agent-orchestrator_base_url": "http://c"}}]}""");

        // When
        Ended refused = peers.reload();

        // Then
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.output())
                .contains("peers[0].endpoints.agent-orchestrator_base_url")
                .contains("peers[1].polcy");
        assertThat(forward("stk_b").join().status()).isEqualTo(200);
        assertThat(metrics())
                .contains("agentos_federation_reload_successful 0")
                .contains("agentos_federation_reloads_total{outcome=\"refused\"}");
        List<JsonNode> audited = peers.audited();
        assertThat(audited.get(audited.size() - 1).get("outcome").asText()).isEqualTo("failed");
    }

    @Test
    void shouldRefuseAnotherNameForThisStack() throws IOException {
        // Given
        Files.writeString(peers.file(), Files.readString(peers.file()).replace("\"stk_a\"", "\"stk_renamed\""));

        // When
        Ended refused = peers.reload();

        // Then
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.output()).contains("local.stack_id is stk_renamed now and was stk_a");
    }

    @Test
    void shouldReloadOnHangUpAndLive() throws Exception {
        // Given
        long pid = GATEWAY.process().pid();
        peers.write(Map.of("stk_c", Map.of()));

        // When
        int sent =
                new ProcessBuilder("kill", "-HUP", Long.toString(pid)).start().waitFor();

        // Then
        assertThat(sent).isZero();
        await().atMost(PATIENCE).until(() -> forward("stk_b").join().status() == 404);
        assertThat(GATEWAY.process().isAlive()).isTrue();
    }

    private static Map<String, Map<String, Object>> both(Map<String, Object> membersOfB) {
        return new TreeMap<>(Map.of("stk_b", membersOfB, "stk_c", Map.of()));
    }

    private static CompletableFuture<Answer> forward(String stackId) {
        return GATEWAY.http()
                .post("/v1/federation/runs:forward")
                .json(Sample.forward(stackId, Sample.key()))
                .sendAsync();
    }

    private static boolean isReadOnce(ScriptedPeer peer, String runId) {
        return peer.requests(On.EVENTS).stream()
                        .filter(call -> call.path().contains(runId))
                        .count()
                == 1;
    }

    private static CompletableFuture<Answer> cancel(String runId) {
        return GATEWAY.http()
                .post("/v1/federation/runs/" + runId + ":cancel")
                .tenant(Sample.TENANT)
                .sendAsync();
    }

    private static Answer ingestAs(String stackId) {
        return GATEWAY.http()
                .post("/v1/federation/events:ingest")
                .tenant(Sample.TENANT)
                .json(Sample.batch(stackId, Sample.envelope(Sample.runId(), 1)))
                .send();
    }

    private static String metrics() {
        return GATEWAY.http().get("/metrics").send().text();
    }
}
