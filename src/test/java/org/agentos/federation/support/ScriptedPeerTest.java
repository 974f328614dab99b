package org.agentos.federation.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.agentos.federation.support.ScriptedPeer.On;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScriptedPeerTest {
    private final ScriptedPeer peer = new ScriptedPeer();

    @AfterEach
    void close() {
        peer.close();
        assertThat(peer.faults()).isEmpty();
    }

    @Test
    void shouldStartOneRunPerKey() throws Exception {
        // When
        HttpResponse<String> first = create("k1");
        HttpResponse<String> again = create("k1");
        HttpResponse<String> other = create("k2");

        // Then
        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(other.body()).isNotEqualTo(first.body());
        assertThat(peer.runsStarted()).isEqualTo(2);
        assertThat(peer.callsUnder("k1")).isEqualTo(2);
        assertThat(peer.creates("k1")).hasSize(2);
    }

    @Test
    void shouldFollowItsScriptThenBehave() throws Exception {
        // Given
        peer.script(
                On.RUN_CREATE,
                Reply.error(503, "busy", "Retry-After", "1"),
                Reply.resetBeforeReading(),
                peer.startedThen(Reply.resetAfterReading()),
                Reply.halfJson());

        // When
        HttpResponse<String> refused = create("k");

        // Then
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> create("k")).isInstanceOf(IOException.class);
        }
        assertThat(create("k").statusCode()).isEqualTo(200);
        assertThat(peer.runsStarted()).isEqualTo(1);
    }

    @Test
    void shouldStreamARunFromAPositionAndTellItsStatus() throws Exception {
        // Given
        PeerRun run = peer.run("r1");
        run.emit("agentos.run.started");
        String second = run.emit("agentos.step");

        // When
        try (SseClient client = SseClient.open(peer.baseUrl(), "/v1/runs/r1/events?from_sequence=1")) {
            client.await("agentos.event", 1);
            String last = run.complete();
            client.awaitEnd();

            // Then
            assertThat(client.state()).isEqualTo(SseClient.State.ENDED);
            assertThat(client.frames()).extracting(SseFrame::data).containsExactly(second, last);
        }
        assertThat(get("/v1/runs/r1").body()).isEqualTo("{\"run\":{\"run_id\":\"r1\",\"status\":\"completed\"}}");
    }

    @Test
    void shouldKeepExactBytesAndFieldsOfFrames() {
        // Given
        String head = "retry: 2000\nid: c0\n\n";
        String event = "event: agentos.event\nid: c1\ndata: {\"event\": {}}\n\n";
        peer.script(On.EVENTS, Reply.cutStream(head + event.substring(0, 30), event.substring(30) + ": hb\n\nid: c2"));

        // When
        try (SseClient client = SseClient.open(peer.baseUrl(), "/v1/runs/r1/events", "Accept", "text/event-stream")) {
            client.awaitEnd();

            // Then
            assertThat(client.state()).isEqualTo(SseClient.State.CUT);
            assertThat(new String(client.bytes(), StandardCharsets.UTF_8)).isEqualTo(head + event + ": hb\n\nid: c2");
            assertThat(client.frames()).hasSize(3);
            assertThat(client.frames().get(0).retry()).isEqualTo("2000");
            assertThat(client.frames().get(1).text()).isEqualTo(event);
            assertThat(client.frames().get(1).id()).isEqualTo("c1");
            assertThat(client.frames().get(2).comments()).containsExactly("hb");
        }
        assertThat(peer.requests(On.EVENTS).get(0).header("accept")).isEqualTo("text/event-stream");
    }

    private HttpResponse<String> create(String key) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/v1/agents/a%2Fb/runs"))
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString("{\"input\":{}}"))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create(peer.baseUrl() + path);
    }
}
