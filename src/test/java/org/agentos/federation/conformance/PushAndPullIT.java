package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.PeerRequest;
import org.agentos.federation.support.PeerRun;
import org.agentos.federation.support.Reply;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.ScriptedPeer.On;
import org.agentos.federation.support.SseClient;
import org.agentos.federation.support.SseFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The same run pushed by its peer and read from it at once. */
class PushAndPullIT {
    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest().peer("stk_b", Map.of());

    @Test
    void shouldFillTheGapOfAPushFromThePeer() {
        // Given: the peer's open stream says no more than its first event
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        String run = Sample.runId();
        PeerRun remote = peer.run(run);
        List<String> events = List.of(remote.emit("a"), remote.emit("b"), remote.emit("c"), remote.emit("d"));
        peer.scriptRun(On.EVENTS, run, stuckAfter(events.get(0)));
        forwardTo(peer, run);
        try (SseClient stream = GATEWAY.stream(run, "")) {
            stream.await("agentos.event", 1);

            // When
            Answer pushed = GATEWAY.ingest(events.get(3));

            // Then
            assertThat(pushed.json().get("accepted").asInt())
                    .as(pushed.toString())
                    .isEqualTo(1);
            assertThat(stream.await("agentos.event", 4))
                    .extracting(SseFrame::data)
                    .isEqualTo(events);
            assertThat(stream.frames("agentos.gap")).isEmpty();
            assertThat(reads(peer, run))
                    .extracting(read -> read.query("from_sequence").orElse(""))
                    .containsExactly("0", "1");
        }
    }

    @Test
    void shouldTellTheGapThatThePeerDoesNotFill() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        String run = Sample.runId();
        String first = Sample.envelope(run, 1);
        peer.scriptRun(On.EVENTS, run, stuckAfter(first), stuckAfter(first));
        forwardTo(peer, run);
        try (SseClient stream = GATEWAY.stream(run, "")) {
            stream.await("agentos.event", 1);
            double before = held("time_up");

            // When
            long start = System.nanoTime();
            Answer pushed = GATEWAY.ingest(Sample.envelope(run, 4));
            Duration took = Duration.ofNanos(System.nanoTime() - start);

            // Then
            assertThat(pushed.json().get("accepted").asInt())
                    .as(pushed.toString())
                    .isEqualTo(1);
            assertThat(took).isGreaterThanOrEqualTo(Duration.ofMillis(490));
            stream.await("agentos.event", 2);
            assertThat(stream.frames("agentos.gap").get(0).json().at("/reason").asText())
                    .isEqualTo("sequence");
            assertThat(held("time_up")).isEqualTo(before + 1);

            // When the next one leaves a gap too
            GATEWAY.store(Sample.envelope(run, 6));

            // Then it did not wait for a mirror that could not help
            assertThat(held("time_up")).isEqualTo(before + 1);
        }
    }

    @Test
    void shouldNotHoldAPushOfARunWithoutAMirror() {
        // Given
        GATEWAY.process();
        String run = Sample.runId();
        GATEWAY.store(Sample.envelope(run, 1));
        double before = held("time_up") + held("filled");

        // When
        GATEWAY.store(Sample.envelope(run, 9));

        // Then
        assertThat(held("time_up") + held("filled")).isEqualTo(before);
    }

    @Test
    void shouldStoreEachEventOnceInOrderWhicheverWayItComes() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        String run = GATEWAY.started("stk_b");
        PeerRun remote = peer.run(run);
        try (SseClient stream = GATEWAY.stream(run, "")) {
            for (int i = 0; i < 50; i++) {
                String event = remote.emit("agentos.step.completed");

                // When
                Answer pushed = GATEWAY.ingest(event);

                // Then
                assertThat(pushed.json().get("accepted").asInt())
                        .as(pushed.toString())
                        .isEqualTo(1);
                assertThat(pushed.json().get("failed").asInt()).isZero();
            }
            remote.complete();
            stream.awaitEnd();
            assertThat(stream.frames("agentos.event"))
                    .extracting(frame -> frame.json().at("/event/sequence").asInt())
                    .hasSize(51)
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(stream.frames("agentos.gap")).isEmpty();
        }
    }

    private static Reply stuckAfter(String envelope) {
        return (request, connection) -> {
            connection.startStream();
            connection.chunk(Reply.frame(envelope).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            connection.awaitLeave();
        };
    }

    private static void forwardTo(ScriptedPeer peer, String run) {
        peer.script(
                On.RUN_CREATE,
                Reply.json(
                        201, "{\"run\":{\"run_id\":\"" + run + "\",\"events_url\":\"/v1/runs/" + run + "/events\"}}"));
        assertThat(GATEWAY.started("stk_b")).isEqualTo(run);
        await().until(() -> !reads(peer, run).isEmpty());
    }

    private static List<PeerRequest> reads(ScriptedPeer peer, String run) {
        return peer.requests(On.EVENTS).stream()
                .filter(request -> request.path().equals("/v1/runs/" + run + "/events"))
                .toList();
    }

    private static double held(String outcome) {
        String name = "agentos_federation_held_batches_total{outcome=\"" + outcome + "\"} ";
        return GATEWAY.http()
                .get("/metrics")
                .send()
                .text()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .sum();
    }
}
