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

class MirrorIT {
    @RegisterExtension
    static final GatewayUnderTest GATEWAY =
            new GatewayUnderTest().peer("stk_b", Map.of("mirror", Map.of("empty_tries", 2, "max_backoff_ms", 1_000)));

    @Test
    void shouldStreamARunOfAPeer() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        String run = GATEWAY.started("stk_b");
        PeerRun remote = peer.run(run);

        // When
        try (SseClient stream = GATEWAY.stream(run, "")) {
            String first = remote.emit("agentos.run.started");
            stream.await("agentos.event", 1);
            String second = remote.emitEnvelope("{ \"event\": {\"event_id\":\"e2\", \"run_id\":\"" + run
                    + "\",\"sequence\":2, \"payload\":{\"x\":1.0}}}");
            String last = remote.complete();
            stream.awaitEnd();

            // Then
            assertThat(stream.frames("agentos.event"))
                    .extracting(SseFrame::data)
                    .containsExactly(first, second, last);
            assertThat(endReason(stream)).isEqualTo("run_completed");
        }
    }

    @Test
    void shouldGoOnWhereACutStreamStopped() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        String run = Sample.runId();
        PeerRun remote = peer.run(run);
        String first = remote.emit("agentos.run.started");
        String second = remote.emit("agentos.step.completed");
        String last = remote.complete();
        String halfAFrame = Reply.frame(second).substring(0, 40);
        peer.scriptRun(On.EVENTS, run, Reply.error(500, "oops"), Reply.cutStream(Reply.frame(first), halfAFrame));

        // When
        forwardTo(peer, run);
        SseClient stream = GATEWAY.readToEnd(run, "");

        // Then
        assertThat(stream.frames("agentos.event")).extracting(SseFrame::data).containsExactly(first, second, last);
        assertThat(reads(peer, run)).last().satisfies(read -> assertThat(read.query("from_sequence"))
                .hasValue("1"));
    }

    @Test
    void shouldDropRepeatsAndKeepOrder() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        String run = Sample.runId();
        String first = Sample.envelope(run, 1);
        String second = Sample.envelope(run, 2);
        String last = Sample.completed(run, 3);
        peer.scriptRun(
                On.EVENTS,
                run,
                Reply.stream(
                        Reply.frame(first),
                        Reply.frame(first),
                        Reply.frame(second),
                        Reply.frame(Sample.event(run, "evt_new_id", "\"sequence\":1")),
                        Reply.frame(last)));

        // When
        forwardTo(peer, run);
        SseClient stream = GATEWAY.readToEnd(run, "");

        // Then
        assertThat(stream.frames("agentos.event")).extracting(SseFrame::data).containsExactly(first, second, last);
    }

    @Test
    void shouldEndByThePeersStatusWithoutATerminalEvent() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        String run = Sample.runId();
        PeerRun remote = peer.run(run);
        String only = remote.emit("agentos.run.started");
        remote.status("failed").endStreams();

        // When
        forwardTo(peer, run);
        SseClient stream = GATEWAY.readToEnd(run, "");

        // Then
        assertThat(stream.frames("agentos.event")).extracting(SseFrame::data).containsExactly(only);
        assertThat(endReason(stream)).isIn("run_failed", "upstream_ended");
    }

    @Test
    void shouldKeepTheFirstEventOfAStreamThatStartsOverEachTime() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        String run = Sample.runId();
        String first = Sample.event(run, "evt_naive_1", "\"sequence\":1");
        peer.scriptRun(
                On.EVENTS,
                run,
                Reply.stream(Reply.frame(first)),
                Reply.stream(Reply.frame(Sample.event(run, "evt_naive_2", "\"sequence\":1"))),
                Reply.stream(Reply.frame(Sample.event(run, "evt_naive_3", "\"sequence\":1"))));
        peer.run(run).status("completed").endStreams();

        // When
        forwardTo(peer, run);
        SseClient stream = GATEWAY.readToEnd(run, "");

        // Then
        assertThat(stream.frames("agentos.event")).extracting(SseFrame::data).containsExactly(first);
    }

    /** The published end-to-end script: stream an event, then push it twice in one batch. */
    @Test
    void shouldAcceptAMirroredEventPushedForTheFirstTime() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        String run = GATEWAY.started("stk_b");
        String envelope = peer.run(run).emit("agentos.run.started");
        try (SseClient stream = GATEWAY.stream(run, "")) {
            stream.await("agentos.event", 1);

            // When
            Answer pushed = GATEWAY.ingest(envelope, envelope);

            // Then
            assertThat(pushed.json().get("accepted").asInt())
                    .as(pushed.toString())
                    .isEqualTo(1);
            assertThat(pushed.json().get("rejected").asInt())
                    .as(pushed.toString())
                    .isEqualTo(1);
            assertThat(pushed.json().get("failed").asInt()).isZero();
            assertThat(pushed.json().at("/results/0/reason").asText()).isEqualTo("already_mirrored");
            String next = peer.run(run).emit("agentos.step.completed");
            assertThat(stream.await("agentos.event", 2))
                    .extracting(SseFrame::data)
                    .containsExactly(envelope, next);
        }
    }

    @Test
    void shouldAskThePeerAsTheRunsOwnTenantAndNobodyElse() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        String run = GATEWAY.started("stk_b");

        // When
        await().until(() -> !reads(peer, run).isEmpty());

        // Then
        assertThat(reads(peer, run).get(0).header("X-Tenant-Id")).isEqualTo(Sample.TENANT);
        assertThat(reads(peer, run).get(0).header("X-Principal-Id")).isEqualTo("prn_1");
    }

    @Test
    void shouldReadThePeerOnceForManyReaders() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        String run = GATEWAY.started("stk_b");

        // When
        try (SseClient one = GATEWAY.stream(run, "");
                SseClient two = GATEWAY.stream(run, "");
                SseClient three = GATEWAY.stream(run, "")) {
            peer.run(run).emit("agentos.run.started");
            List.of(one, two, three).forEach(reader -> reader.await("agentos.event", 1));

            // Then
            await().during(Duration.ofMillis(300)).until(() -> reads(peer, run).size() == 1);
        }
    }

    @Test
    void shouldReadThePeerWithTheNewestTokenOfTheRunsPrincipal() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        String run = Sample.runId();
        peer.scriptRun(On.EVENTS, run, Reply.error(401, "token_expired"));
        String event = peer.run(run).emit("agentos.run.started");
        forwardTo(peer, run);
        await().until(() -> reads(peer, run).size() == 1);

        // When
        try (SseClient stream = GATEWAY.stream(run, "", "Authorization", "Bearer newer", "X-Principal-Id", "prn_1")) {

            // Then
            assertThat(stream.await("agentos.event", 1))
                    .extracting(SseFrame::data)
                    .containsExactly(event);
            assertThat(reads(peer, run).get(1).header("Authorization")).isEqualTo("Bearer newer");
        }
    }

    @Test
    void shouldLeaveThePeerWhenTheEndOfARunIsPushed() {
        // Given
        GATEWAY.peerOf("stk_b");
        String run = GATEWAY.started("stk_b");
        await().until(() -> mirrorState(run).equals("connected"));

        // When
        Answer pushed = GATEWAY.http()
                .post("/v1/federation/events:ingest")
                .tenant(Sample.TENANT)
                .json(Sample.batch("stk_b", Sample.completed(run, 1)))
                .send();

        // Then
        assertThat(pushed.json().get("accepted").asInt()).as(pushed.toString()).isEqualTo(1);
        await().until(() -> !mirrorState(run).equals("connected"));
    }

    private static String mirrorState(String run) {
        return GATEWAY.http()
                .get("/v1/federation/runs/" + run)
                .tenant(Sample.TENANT)
                .send()
                .json()
                .at("/run/mirror/state")
                .asText();
    }

    private static void forwardTo(ScriptedPeer peer, String run) {
        peer.script(
                On.RUN_CREATE,
                Reply.json(
                        201, "{\"run\":{\"run_id\":\"" + run + "\",\"events_url\":\"/v1/runs/" + run + "/events\"}}"));
        assertThat(GATEWAY.started("stk_b")).isEqualTo(run);
    }

    private static List<PeerRequest> reads(ScriptedPeer peer, String run) {
        return peer.requests(On.EVENTS).stream()
                .filter(request -> request.path().equals("/v1/runs/" + run + "/events"))
                .toList();
    }

    private static String endReason(SseClient stream) {
        return stream.frames("agentos.end").get(0).json().get("reason").asText();
    }
}
