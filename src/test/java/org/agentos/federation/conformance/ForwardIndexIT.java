package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Json;
import org.agentos.federation.support.PeerRun;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.SseClient;
import org.agentos.federation.support.SseFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ForwardIndexIT {
    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest().peer("stk_b");

    @Test
    void shouldServeRunsOfAnIndexTheReferenceWrote() throws IOException {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        PeerRun run = peer.run(Sample.runId());
        String first = run.emit("agentos.run.started");
        GATEWAY.process().stop();
        Files.writeString(GATEWAY.process().indexFile(), "[" + entry(peer, run.runId()) + "]");

        // When
        GATEWAY.process().start();

        // Then
        assertThat(run(run.runId()).json().at("/run/holder").asText()).isEqualTo("stk_b");
        try (SseClient stream = GATEWAY.stream(run.runId(), "")) {
            String last = run.complete();
            stream.awaitEnd();
            assertThat(stream.frames("agentos.event"))
                    .extracting(SseFrame::data)
                    .containsExactly(first, last);
        }
    }

    @Test
    void shouldWriteTheReferencesFormatWhenItStops() throws IOException {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        String run = GATEWAY.started("stk_b");

        // When
        GATEWAY.process().stop();
        JsonNode index = Json.parse(Files.readAllBytes(GATEWAY.process().indexFile()));
        GATEWAY.process().start();

        // Then
        JsonNode expected = Json.parse(entry(peer, run));
        assertThat(index.isArray()).isTrue();
        assertThat(index).anySatisfy(entry -> assertThat(expected.properties())
                .allMatch(member -> member.getValue().equals(entry.get(member.getKey()))));
    }

    @Test
    void shouldKeepEveryAnsweredForwardOverACrash() {
        // Given
        GATEWAY.peerOf("stk_b");
        List<String> runs =
                Stream.generate(() -> GATEWAY.started("stk_b")).limit(20).toList();

        // When
        GATEWAY.process().kill();
        GATEWAY.process().start();

        // Then
        assertThat(runs).allSatisfy(run -> assertThat(run(run).status()).isEqualTo(200));
    }

    @Test
    void shouldSetACorruptIndexAside() throws IOException {
        // Given
        GatewayProcess gateway = GATEWAY.process();
        String corrupt = "[{\"tenant_id\":\"tnt_demo\",\"run_";
        gateway.stop();
        Files.writeString(gateway.indexFile(), corrupt);

        // When
        gateway.start();

        // Then
        try (Stream<Path> files = Files.list(gateway.dataDirectory())) {
            assertThat(files.filter(Files::isRegularFile).map(ForwardIndexIT::content))
                    .contains(corrupt);
        }
        assertThat(gateway.output()).contains(gateway.indexFile().getFileName().toString());
    }

    private static Answer run(String runId) {
        return GATEWAY.http()
                .get("/v1/federation/runs/" + runId)
                .tenant(Sample.TENANT)
                .send();
    }

    private static String entry(ScriptedPeer peer, String runId) {
        return "{\"tenant_id\":\"" + Sample.TENANT + "\",\"run_id\":\"" + runId
                + "\",\"remote_stack_id\":\"stk_b\",\"remote_events_url\":\"" + peer.baseUrl() + "/v1/runs/" + runId
                + "/events\"}";
    }

    private static String content(Path file) {
        try {
            return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
