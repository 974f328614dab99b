package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Http;
import org.agentos.federation.support.RegistryFile;
import org.agentos.federation.support.SseClient;
import org.agentos.federation.support.SseFrame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways in a row: the first mirrors a run that the second one serves. */
class ChainedGatewaysIT {
    @TempDir
    Path directory;

    private final String run = Sample.runId();
    private final List<String> sent = new ArrayList<>();
    private GatewayProcess serving;
    private GatewayProcess mirroring;

    @AfterEach
    void stop() {
        List.of(mirroring, serving).forEach(GatewayProcess::close);
    }

    @Test
    void shouldGiveEveryEventOnceInOrderThroughKillAndDrainOfTheSecond() throws IOException {
        // Given
        serving = GatewayProcess.start(directory.resolve("b"), Map.of());
        mirroring = startMirroring();
        push(sequenced(1), unsequenced("x"), sequenced(2), unsequenced("y"));
        try (SseClient reader = read()) {
            reader.await("agentos.event", sent.size());

            // When the second is killed in mid-stream
            serving.kill();
            serving.start();
            push(sequenced(3), unsequenced("z"));
            reader.await("agentos.event", sent.size());

            // When it stops as it should
            assertThat(serving.stop()).isZero();
            serving.start();
            push(unsequenced("v"), Sample.completed(run, 4));
            reader.awaitEnd();

            // Then
            assertThat(reader.frames("agentos.event"))
                    .extracting(SseFrame::data)
                    .isEqualTo(sent);
            assertThat(reader.frames("agentos.gap")).isEmpty();
            assertThat(reader.frames("agentos.end").get(0).json().get("reason").asText())
                    .isEqualTo("run_completed");
        }

        // Then it went on by cursor: no event came twice, not even one without a sequence
        assertThat(new Http(mirroring.baseUrl()).get("/metrics").send().text())
                .contains("agentos_federation_mirror_events_total{status=\"accepted\"} " + sent.size() + ".0\n")
                .doesNotContain("agentos_federation_mirror_events_total{status=\"duplicate\"}");
    }

    /** The run stands in the index as other software writes it, for the second gateway starts no runs itself. */
    private GatewayProcess startMirroring() throws IOException {
        Path home = directory.resolve("a");
        Path index = home.resolve("data/federation/forward-index.json");
        Files.createDirectories(index.getParent());
        Files.writeString(
                index,
                "[{\"tenant_id\":\"" + Sample.TENANT + "\",\"run_id\":\"" + run
                        + "\",\"remote_stack_id\":\"stk_b\",\"remote_events_url\":\"/v1/federation/runs/" + run
                        + "/events\"}]");
        Path registry = new RegistryFile()
                .peer(
                        "stk_b",
                        serving.baseUrl(),
                        Map.of("federation_base_url", serving.baseUrl().toString()))
                .writeTo(home.resolve("peers.json"));
        GatewayProcess started = GatewayProcess.start(
                home, Map.of("AGENTOS_PEERS_FILE", registry.toString(), "AGENTOS_FED_MIRROR_MAX_BACKOFF", "1s"));
        await().until(() -> new Http(started.baseUrl())
                .get("/v1/federation/peers/stk_b")
                .tenant(Sample.TENANT)
                .send()
                .text()
                .contains("\"reachable\""));
        return started;
    }

    private SseClient read() {
        return SseClient.open(
                mirroring.baseUrl(), "/v1/federation/runs/" + run + "/events", "X-Tenant-Id", Sample.TENANT);
    }

    private void push(String... envelopes) {
        Answer answer = new Http(serving.baseUrl())
                .post("/v1/federation/events:ingest")
                .tenant(Sample.TENANT)
                .json(Sample.batch("stk_orchestrator", envelopes))
                .send();
        assertThat(answer.json().get("accepted").asInt()).as(answer.toString()).isEqualTo(envelopes.length);
        sent.addAll(List.of(envelopes));
    }

    private String sequenced(long sequence) {
        return Sample.envelope(run, sequence);
    }

    private String unsequenced(String name) {
        return Sample.event(run, "evt_" + run + "_" + name, "\"type\":\"agentos.note\"");
    }
}
