package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.SseClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs that are trimmed by a short window, and runs that are deleted, as clients see them. */
class RetentionIT {
    private static final int KEPT = 5;

    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest()
            .peer("stk_b")
            .environment("AGENTOS_FED_RETENTION_MAX_EVENTS", Integer.toString(KEPT))
            .environment("AGENTOS_FED_RETENTION_INTERVAL", "100ms");

    @Test
    void shouldTellAReaderOfTheTrimmedPartWhatItMisses() {
        // Given
        GATEWAY.process();
        String run = Sample.runId();
        String early = null;
        for (int n = 1; n <= 20; n++) {
            Answer stored = GATEWAY.store(Sample.envelope(run, n));
            early = n == 2 ? stored.json().at("/cursors/" + run).asText() : early;
        }
        await().until(() -> GATEWAY.stored(run).size() == KEPT);

        // When
        Answer refused = events(run, "?cursor=" + early);
        SseClient told = GATEWAY.readToEnd(run, "?follow=false&on_gap=continue&cursor=" + early);

        // Then
        assertThat(refused.status()).isEqualTo(410);
        assertThat(refused.details().get("earliest_sequence").asLong()).isEqualTo(16);
        JsonNode gap = told.frames("agentos.gap").get(0).json();
        assertThat(gap.get("reason").asText()).isEqualTo("retention");
        assertThat(gap.get("missing").toString()).isEqualTo("[3,15]");
        assertThat(told.frames("agentos.event")).hasSize(KEPT);
    }

    @Test
    void shouldAnnounceItsWindows() {
        // Given
        GATEWAY.process();
        String run = Sample.runId();
        GATEWAY.store(Sample.envelope(run, 1));

        // When
        JsonNode announced =
                GATEWAY.http().get("/v1/federation/peer/capabilities").send().json();

        // Then
        assertThat(announced.get("retention").toString())
                .isEqualTo(
                        "{\"trims\":true,\"max_age_seconds\":604800,\"max_bytes\":null,\"max_events\":" + KEPT + "}");
        for (String form : new String[] {"text/event-stream", "application/json", "application/x-ndjson"}) {
            assertThat(events(run, "?follow=false", "Accept", form).header("X-AgentOS-Retention"))
                    .isEqualTo("max-age=604800, max-events=" + KEPT);
        }
    }

    @Test
    void shouldDeleteARunForGood() {
        // Given
        String run = Sample.runId();
        GATEWAY.store(Sample.envelopes(run, 3));
        SseClient open = GATEWAY.stream(run, "");
        open.await("agentos.event", 3);

        // When
        Answer deleted = delete(run);

        // Then
        open.awaitEnd();
        assertThat(deleted.status()).isEqualTo(204);
        assertThat(delete(run).status()).isEqualTo(204);
        assertThat(open.frames("agentos.end").get(0).json().get("reason").asText())
                .isEqualTo("log_replaced");
        assertGone(run);
        GATEWAY.process().kill();
        GATEWAY.process().start();
        assertGone(run);
    }

    private void assertGone(String run) {
        for (String form : new String[] {"text/event-stream", "application/json", "application/x-ndjson"}) {
            Answer refused = events(run, "?on_gap=continue", "Accept", form);
            assertThat(refused.status()).isEqualTo(410);
            assertThat(refused.errorCode()).isEqualTo("cursor_expired");
            assertThat(refused.details().get("reason").asText()).isEqualTo("deleted");
        }
        assertThat(events(run, "?errors=stream").text()).contains("event: agentos.error", "\"reason\":\"deleted\"");
        Answer late = GATEWAY.ingest(Sample.envelope(run, 1), Sample.envelope(run, 4));
        assertThat(late.json().get("failed").asInt()).isEqualTo(2);
        for (JsonNode result : late.json().get("results")) {
            assertThat(result.get("status").asText()).isEqualTo("late");
            assertThat(result.get("reason").asText()).isEqualTo("deleted");
        }
        JsonNode shown = show(run).json().get("run");
        assertThat(shown.get("deleted").asBoolean()).isTrue();
        assertThat(shown.get("latest_sequence").asLong()).isEqualTo(3);
    }

    @Test
    void shouldDeleteOnlyForAdministratorsAndWhatIsThere() {
        // Given
        String run = Sample.runId();
        GATEWAY.store(Sample.envelope(run, 1));

        // When
        Answer forbidden = GATEWAY.http()
                .call("DELETE", "/v1/federation/runs/" + run)
                .tenant(Sample.TENANT)
                .header("X-Scopes", "runs:read runs:cancel")
                .send();
        Answer foreign = GATEWAY.http()
                .call("DELETE", "/v1/federation/runs/" + run)
                .tenant("tnt_other")
                .send();

        // Then
        assertThat(forbidden.status()).isEqualTo(403);
        assertThat(foreign.status()).isEqualTo(404);
        assertThat(delete(Sample.runId()).status()).isEqualTo(404);
        assertThat(GATEWAY.stored(run)).hasSize(1);
    }

    @Test
    void shouldNotMirrorADeletedRunAnyMore() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        String run = GATEWAY.started("stk_b");
        await().until(() -> eventRequests(peer, run) > 0);

        // When
        Answer deleted = delete(run);
        await().until(() -> !show(run).json().get("run").has("mirror"));
        long before = eventRequests(peer, run);
        GATEWAY.process().stop();
        GATEWAY.process().start();

        // Then
        assertThat(deleted.status()).isEqualTo(204);
        assertThat(events(run, "").status()).isEqualTo(410);
        String next = GATEWAY.started("stk_b");
        await().until(() -> eventRequests(peer, next) > 0);
        assertThat(eventRequests(peer, run)).isEqualTo(before);
        assertThat(show(run).json().at("/run/deleted").asBoolean()).isTrue();
    }

    private static long eventRequests(ScriptedPeer peer, String run) {
        return peer.requests(ScriptedPeer.On.EVENTS).stream()
                .filter(request -> request.path().contains(run))
                .count();
    }

    private static Answer delete(String run) {
        return GATEWAY.http()
                .call("DELETE", "/v1/federation/runs/" + run)
                .tenant(Sample.TENANT)
                .send();
    }

    private static Answer show(String run) {
        return GATEWAY.http()
                .get("/v1/federation/runs/" + run)
                .tenant(Sample.TENANT)
                .send();
    }

    private static Answer events(String run, String query, String... header) {
        var call = GATEWAY.http()
                .get("/v1/federation/runs/" + run + "/events" + query)
                .tenant(Sample.TENANT);
        return header.length == 0
                ? call.send()
                : call.header(header[0], header[1]).send();
    }
}
