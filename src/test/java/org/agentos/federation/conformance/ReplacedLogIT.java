package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.Json;
import org.agentos.federation.support.PeerRun;
import org.agentos.federation.support.Reply;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.ScriptedPeer.On;
import org.agentos.federation.support.SseClient;
import org.agentos.federation.support.SseFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A peer pushes events of a run that a forward then finds at another peer. */
class ReplacedLogIT {
    @RegisterExtension
    static final GatewayUnderTest GATEWAY =
            new GatewayUnderTest().peer("stk_c").peer("stk_b").environment("AGENTOS_FED_SHUTDOWN_DRAIN", "0ms");

    private final String run = Sample.runId();

    @Test
    void shouldGiveTheRunToThePeerOfTheForward() throws IOException {
        // Given
        ScriptedPeer holder = GATEWAY.peerOf("stk_c");
        double replacedBefore = metric("agentos_federation_replaced_logs_total");
        double eventsBefore = metric("agentos_federation_removed_events_total{how=\"set_aside\"}");
        accepted(push("stk_b", Sample.envelopes(run, 3)), 3);
        SseClient open = GATEWAY.stream(run, "");
        open.await("agentos.event", 3);

        // When
        Answer forwarded = forward();

        // Then
        open.awaitEnd();
        List<SseFrame> frames = open.frames();
        Reading before = Reading.ofFrames(frames);
        assertThat(before.events()).containsExactly(Sample.envelopes(run, 3));
        assertThat(before.end()).hasValue("log_replaced");
        List<String> old = new ArrayList<>(before.cursors());
        old.add(frames.get(0).id());

        // When
        PeerRun atHolder = holder.run(run);
        String first = atHolder.emitEnvelope(Sample.envelope(run, 1, "agentos.step.started"));
        await().until(() -> GATEWAY.stored(run).size() == 1);

        // Then
        String fromTheForward = forwarded.json().get("cursor").asText();
        assertThat(Reading.read(GATEWAY, run, Reading.Form.SSE, "cursor=" + fromTheForward)
                        .events())
                .containsExactly(first);
        assertHeldAnew(old, first);
        assertAudited(forwarded);
        assertThat(metric("agentos_federation_replaced_logs_total") - replacedBefore)
                .isEqualTo(1);
        assertThat(metric("agentos_federation_removed_events_total{how=\"set_aside\"}") - eventsBefore)
                .isEqualTo(3);

        // When
        GATEWAY.process().kill();
        GATEWAY.process().start();

        // Then
        assertHeldAnew(old, first);
        String second = atHolder.emitEnvelope(Sample.envelope(run, 2));
        await().until(() -> GATEWAY.stored(run).equals(List.of(first, second)));
    }

    @Test
    void shouldSetAsideTheEventsOfAMereClaim() {
        // Given
        GATEWAY.peerOf("stk_c");
        GATEWAY.store(Sample.envelopes(run, 2));

        // When
        forward();

        // Then
        assertThat(GATEWAY.stored(run)).isEmpty();
    }

    @Test
    void shouldKeepWhatThePeerOfTheForwardPushedBeforeItsAnswer() {
        // Given
        GATEWAY.peerOf("stk_c");
        String[] pushed = Sample.envelopes(run, 2);
        accepted(push("stk_c", pushed), 2);

        // When
        try (SseClient open = GATEWAY.stream(run, "")) {
            open.await("agentos.event", 2);
            forward();
            accepted(push("stk_c", Sample.completed(run, 3)), 1);
            open.awaitEnd();

            // Then
            assertThat(Reading.ofFrames(open.frames()).end()).hasValue("run_completed");
        }
        assertThat(GATEWAY.stored(run)).startsWith(pushed).hasSize(3);
    }

    /** What was deleted were the other's events; a run of the peer that was deleted itself stays so. */
    @Test
    void shouldBeginARunAnewThatWasDeletedAsAnothers() {
        // Given
        GATEWAY.peerOf("stk_c");
        accepted(push("stk_b", Sample.envelope(run, 1)), 1);
        delete();

        // When
        forward();

        // Then
        assertThat(GATEWAY.stored(run)).isEmpty();
        accepted(push("stk_c", Sample.envelope(run, 1)), 1);
        delete();
        assertThat(push("stk_c", Sample.envelope(run, 2))
                        .json()
                        .at("/results/0/reason")
                        .asText())
                .isEqualTo("deleted");
    }

    @Test
    void shouldLeaveARunDeletedThatWasThePeersOwn() {
        // Given
        GATEWAY.peerOf("stk_c");
        accepted(push("stk_c", Sample.envelope(run, 1)), 1);
        delete();

        // When
        forward();

        // Then
        Answer events = Reading.ask(GATEWAY, run, "application/json", List.of());
        assertThat(events.status()).isEqualTo(410);
        assertThat(events.details().get("reason").asText()).isEqualTo("deleted");
        assertThat(view().get("deleted").asBoolean()).isTrue();
    }

    private void assertHeldAnew(List<String> oldCursors, String first) {
        for (String cursor : oldCursors) {
            for (String form : List.of("text/event-stream", "application/json", "application/x-ndjson")) {
                Answer answer = Reading.ask(GATEWAY, run, form, List.of("cursor=" + cursor));
                assertThat(answer.status()).as(answer.toString()).isEqualTo(410);
                assertThat(answer.errorCode()).isEqualTo("cursor_expired");
                assertThat(answer.details().get("earliest_sequence").asInt()).isEqualTo(1);
            }
        }
        for (Reading.Form form : Reading.Form.values()) {
            Reading told = Reading.read(GATEWAY, run, form, "cursor=" + oldCursors.get(0), "on_gap=continue");
            assertThat(told.gaps())
                    .extracting(gap -> gap.get("reason").asText())
                    .containsExactly("ahead");
            assertThat(told.events()).containsExactly(first);
        }
        assertThat(view().get("holder").asText()).isEqualTo("stk_c");
        Answer refused = push("stk_b", Sample.envelope(run, 4));
        assertThat(refused.json().at("/results/0/status").asText()).isEqualTo("forbidden");
        assertThat(refused.json().at("/results/0/reason").asText()).isEqualTo("holder");
    }

    private void assertAudited(Answer forwarded) throws IOException {
        String id = forwarded.header("X-Request-Id");
        List<JsonNode> records = Files.readAllLines(
                        GATEWAY.process().directory().resolve("audit.log"))
                .stream()
                .map(Json::parse)
                .filter(line -> line.path("request_id").asText().equals(id))
                .toList();
        assertThat(records).hasSize(1);
        assertThat(records.get(0).at("/meta/replaced_holder").asText()).isEqualTo("stk_b");
        assertThat(records.get(0).at("/meta/replaced_events").asInt()).isEqualTo(3);
    }

    /** Forwards a run to {@code stk_c}, which answers with the run's id. */
    private Answer forward() {
        GATEWAY.peerOf("stk_c")
                .script(
                        On.RUN_CREATE,
                        Reply.json(
                                201,
                                "{\"run\":{\"run_id\":\"" + run + "\",\"status\":\"running\",\"events_url\":\"/v1/runs/"
                                        + run + "/events\"}}"));
        Answer answer = GATEWAY.forward(Sample.forward("stk_c", Sample.key()));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer;
    }

    private static Answer push(String peer, String... envelopes) {
        return GATEWAY.http()
                .post("/v1/federation/events:ingest")
                .tenant(Sample.TENANT)
                .json(Sample.batch(peer, envelopes))
                .send();
    }

    private static void accepted(Answer answer, int events) {
        assertThat(answer.json().path("accepted").asInt()).as(answer.toString()).isEqualTo(events);
    }

    private void delete() {
        Answer answer = GATEWAY.http()
                .call("DELETE", "/v1/federation/runs/" + run)
                .tenant(Sample.TENANT)
                .send();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(204);
    }

    private JsonNode view() {
        return GATEWAY.http()
                .get("/v1/federation/runs/" + run)
                .tenant(Sample.TENANT)
                .send()
                .json()
                .get("run");
    }

    private static double metric(String name) {
        return GATEWAY.http()
                .get("/metrics")
                .send()
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }
}
