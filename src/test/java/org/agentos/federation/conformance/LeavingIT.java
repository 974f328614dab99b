package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.SseClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What clients leave behind when they go: nothing, within a second. */
class LeavingIT {
    private static final int CLIENTS = 200;
    private static final int RUNS = 20;
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest()
            .peer("stk_b", Map.of("mirror", Map.of("mode", "on-demand")))
            .environment("AGENTOS_FED_STREAM_MAX_STREAMS_PER_TENANT", Integer.toString(CLIENTS));

    @Test
    void shouldFreeStreamsAndUpstreamsOfClientsThatLeaveTogether() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        List<String> runs = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            runs.add(GATEWAY.started("stk_b"));
        }
        List<SseClient> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(GATEWAY.stream(runs.get(i % RUNS), ""));
        }
        await().atMost(PATIENCE).until(() -> peer.openStreams() == RUNS);
        assertThat(metric("agentos_federation_streams_open")).isEqualTo(CLIENTS);
        refusedForNow(runs.get(0));

        // When
        clients.forEach(SseClient::close);

        // Then
        await().atMost(SOON).until(() -> metric("agentos_federation_streams_open") == 0 && peer.openStreams() == 0);
        assertThat(metric("agentos_federation_mirror_open")).isZero();
        assertThat(metric("agentos_federation_streams_held_bytes")).isZero();
        assertThat(metric("agentos_federation_streams_ended_total{reason=\"client_left\"}"))
                .isEqualTo(CLIENTS);
        try (SseClient again = GATEWAY.stream(runs.get(0), "")) {
            assertThat(again.status()).isEqualTo(200);
        }
    }

    /** Both ways of saying it name a time; the one inside a stream is for clients that see no status. */
    private static void refusedForNow(String run) {
        try (SseClient one = GATEWAY.stream(run, "");
                SseClient other = GATEWAY.stream(run, "?errors=stream")) {
            assertThat(one.status()).isEqualTo(429);
            assertThat(one.header("Retry-After")).isEqualTo("5");
            assertThat(one.answer().errorCode()).isEqualTo("quota_exceeded");
            other.awaitEnd();
            assertThat(other.status()).isEqualTo(200);
            assertThat(other.frames("agentos.error")
                            .get(0)
                            .json()
                            .at("/error/code")
                            .asText())
                    .isEqualTo("quota_exceeded");
        }
    }

    private static double metric(String series) {
        Answer answer = GATEWAY.http().get("/metrics").send();
        return answer.text()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + series + " in\n" + answer.text()));
    }
}
