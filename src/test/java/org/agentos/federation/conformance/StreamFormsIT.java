package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.Json;
import org.agentos.federation.support.SseClient;
import org.agentos.federation.support.SseFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StreamFormsIT {
    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest();

    private final String run = Sample.runId();

    @Test
    void shouldPageThroughARunAsJson() {
        // Given
        GATEWAY.store(Sample.envelopes(run, 5));
        List<JsonNode> events = new ArrayList<>();
        int pages = 0;
        JsonNode page;
        String query = "?limit=2";

        // When
        do {
            page = page(query);
            page.get("events").forEach(events::add);
            assertThat(page.get("cursors")).hasSameSizeAs(page.get("events"));
            query = "?limit=2&cursor=" + page.get("next_cursor").asText();
            pages++;
        } while (page.get("has_more").asBoolean());

        // Then
        assertThat(pages).isEqualTo(3);
        assertThat(events).extracting(JsonNode::toString).containsExactly(compact(Sample.envelopes(run, 5)));
        assertThat(page.get("next_cursor")).isEqualTo(page.get("latest_cursor"));
        assertThat(page(query).get("events")).isEmpty();
    }

    @Test
    void shouldUseOneKindOfCursorInAllForms() {
        // Given
        GATEWAY.store(Sample.envelopes(run, 3));
        JsonNode page = page("?limit=1");

        // When
        try (SseClient stream = GATEWAY.stream(
                run, "?follow=false", "Last-Event-ID", page.at("/cursors/0").asText())) {
            stream.awaitEnd();

            // Then
            assertThat(stream.frames("agentos.event"))
                    .extracting(SseFrame::data)
                    .containsExactly(Sample.envelope(run, 2), Sample.envelope(run, 3));
        }
    }

    @Test
    void shouldTellTheEndInAPage() {
        // Given
        GATEWAY.store(Sample.envelope(run, 1), Sample.completed(run, 2));

        // When
        JsonNode page = page("");
        Answer atEnd = get("?cursor=" + page.get("next_cursor").asText(), "application/json");

        // Then
        assertThat(page.at("/end/reason").asText()).isEqualTo("run_completed");
        assertThat(atEnd.status()).isEqualTo(200);
        assertThat(atEnd.json().get("events")).isEmpty();
    }

    @Test
    void shouldWaitForAnEventWhenAsked() {
        // Given
        GATEWAY.store(Sample.envelope(run, 1));
        String latest = page("").get("next_cursor").asText();
        var waiting = GATEWAY.http()
                .get("/v1/federation/runs/" + run + "/events?wait_ms=20000&cursor=" + latest)
                .tenant(Sample.TENANT)
                .header("Accept", "application/json")
                .sendAsync();

        // When
        GATEWAY.store(Sample.envelope(run, 2));

        // Then
        assertThat(waiting.join().json().at("/events/0/event/sequence").asInt()).isEqualTo(2);
    }

    @Test
    void shouldSendLinesOfEnvelopes() {
        // Given
        String first = Sample.envelope(run, 1);
        String last = Sample.completed(run, 2);
        GATEWAY.store(first, last);

        // When
        Answer answer = get("", "application/x-ndjson");

        // Then
        List<String> lines = answer.text().lines().toList();
        assertThat(lines).filteredOn(line -> !line.startsWith("{\"agentos\":")).containsExactly(first, last);
        assertThat(lines.get(0)).startsWith("{\"agentos\":");
        assertThat(lines)
                .allSatisfy(line -> assertThat(Json.parse(line).isObject()).isTrue());
    }

    @Test
    void shouldShowTheChosenTypesOnly() {
        // Given
        GATEWAY.store(
                Sample.envelope(run, 1, "agentos.run.started"),
                Sample.envelope(run, 2, "agentos.step.completed"),
                Sample.envelope(run, 3, "note"),
                Sample.completed(run, 4));

        // When
        try (SseClient stream = GATEWAY.stream(run, "?types=agentos.run.*,note")) {
            stream.awaitEnd();

            // Then
            assertThat(stream.frames("agentos.event"))
                    .extracting(frame -> frame.json().at("/event/sequence").asInt())
                    .containsExactly(1, 3, 4);
            assertThat(stream.frames("agentos.gap")).isEmpty();
        }
    }

    @Test
    void shouldEndByAHiddenTerminalEvent() {
        // Given
        GATEWAY.store(Sample.envelope(run, 1), Sample.completed(run, 2));

        // When
        try (SseClient stream = GATEWAY.stream(run, "?types=note")) {
            stream.awaitEnd();

            // Then
            assertThat(stream.frames("agentos.event")).isEmpty();
            assertThat(stream.frames("agentos.end")).hasSize(1);
        }
    }

    @Test
    void shouldTellAJumpInSequences() {
        // Given
        GATEWAY.store(Sample.envelope(run, 1), Sample.envelope(run, 5), Sample.completed(run, 6));

        // When
        try (SseClient stream = GATEWAY.stream(run, "")) {
            stream.awaitEnd();

            // Then
            assertThat(stream.frames())
                    .extracting(SseFrame::event)
                    .containsExactly(
                            "", "agentos.event", "agentos.gap", "agentos.event", "agentos.event", "agentos.end");
            JsonNode gap = stream.frames("agentos.gap").get(0).json();
            assertThat(gap.get("reason").asText()).isEqualTo("sequence");
            assertThat(gap.get("missing").toString()).isEqualTo("[2,4]");
        }
    }

    @Test
    void shouldSendRefusalsAsEventsWhenAsked() {
        // When
        try (SseClient stream = GATEWAY.stream(Sample.runId(), "?errors=stream")) {
            stream.awaitEnd();

            // Then
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.frames("agentos.error")
                            .get(0)
                            .json()
                            .at("/error/code")
                            .asText())
                    .isEqualTo("not_found");
        }
    }

    @Test
    void shouldTellTheRefusalOfAdmissionInTheStream() {
        // When
        try (SseClient stream = GATEWAY.stream(Sample.runId(), "?errors=stream", "X-Scopes", "runs:read")) {
            stream.awaitEnd();

            // Then
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.frames("agentos.error")
                            .get(0)
                            .json()
                            .at("/error/code")
                            .asText())
                    .isEqualTo("forbidden");
        }
    }

    private JsonNode page(String query) {
        Answer answer = get(query, "application/json");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json();
    }

    private Answer get(String query, String accept) {
        return GATEWAY.http()
                .get("/v1/federation/runs/" + run + "/events" + query)
                .tenant(Sample.TENANT)
                .header("Accept", accept)
                .send();
    }

    private static String[] compact(String... json) {
        return List.of(json).stream().map(text -> Json.parse(text).toString()).toArray(String[]::new);
    }
}
