package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.Json;
import org.agentos.federation.support.SseClient;
import org.agentos.federation.support.SseFrame;

/**
 * What one reading of a run gave, in the terms that all forms share.
 *
 * @param events the envelopes; of a page without white space
 * @param cursors one for each event; empty where the form tells none
 * @param gaps as they were told
 * @param place the last cursor told
 * @param end reason of the end, where one was told
 */
record Reading(List<String> events, List<String> cursors, List<JsonNode> gaps, String place, Optional<String> end) {
    private static final String OURS = "{\"agentos\":";

    /** The forms, and for pages ways to page. */
    enum Form {
        SSE("text/event-stream", "follow=false"),
        PAGES_OF_ONE("application/json", "limit=1"),
        PAGES_OF_THREE("application/json", "limit=3"),
        LONG_POLL("application/json", "wait_ms=1"),
        NDJSON("application/x-ndjson", "follow=false");

        private final String mediaType;
        private final String parameter;

        Form(String mediaType, String parameter) {
            this.mediaType = mediaType;
            this.parameter = parameter;
        }
    }

    /**
     * Reads what is kept now.
     *
     * @param start query parameters and headers such as {@code Last-Event-ID: x}; pages go on by {@code cursor}
     */
    static Reading read(GatewayUnderTest gateway, String run, Form form, String... start) {
        if (form == Form.SSE) {
            return ofStream(gateway, run, start);
        }
        Answer answer = ask(gateway, run, form.mediaType, List.of(start), form.parameter);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return form == Form.NDJSON
                ? ofLines(answer.text().lines().toList())
                : ofPages(gateway, run, form, List.of(start), answer.json());
    }

    /** One request for events, whatever comes of it. */
    static Answer ask(
            GatewayUnderTest gateway, String run, String mediaType, List<String> start, String... parameters) {
        List<String> query = new ArrayList<>(List.of(parameters));
        start.stream().filter(item -> !isHeader(item)).forEach(query::add);
        var call = gateway.http()
                .get("/v1/federation/runs/" + run + "/events?" + String.join("&", query))
                .tenant(Sample.TENANT)
                .header("Accept", mediaType);
        start.stream().filter(Reading::isHeader).forEach(item -> call.header(name(item), value(item)));
        return call.send();
    }

    private static Reading ofStream(GatewayUnderTest gateway, String run, String... start) {
        List<String> query = new ArrayList<>(List.of("follow=false"));
        List<String> headers = new ArrayList<>();
        for (String item : start) {
            if (isHeader(item)) {
                headers.addAll(List.of(name(item), value(item)));
            } else {
                query.add(item);
            }
        }
        try (SseClient stream = gateway.stream(run, "?" + String.join("&", query), headers.toArray(String[]::new))) {
            stream.awaitEnd();
            assertThat(stream.status()).as(stream.answer().toString()).isEqualTo(200);
            return ofFrames(stream.frames());
        }
    }

    static Reading ofFrames(List<SseFrame> frames) {
        List<SseFrame> events =
                frames.stream().filter(frame -> frame.is("agentos.event")).toList();
        return new Reading(
                events.stream().map(SseFrame::data).toList(),
                events.stream().map(SseFrame::id).toList(),
                frames.stream()
                        .filter(frame -> frame.is("agentos.gap"))
                        .map(SseFrame::json)
                        .toList(),
                frames.stream().map(SseFrame::id).filter(id -> !id.isEmpty()).reduce("", (before, id) -> id),
                frames.stream()
                        .filter(frame -> frame.is("agentos.end"))
                        .map(frame -> frame.json().get("reason").asText())
                        .findFirst());
    }

    static Reading ofLines(List<String> lines) {
        List<JsonNode> ours = lines.stream()
                .filter(line -> line.startsWith(OURS))
                .map(line -> Json.parse(line).get("agentos"))
                .toList();
        return new Reading(
                lines.stream().filter(line -> !line.startsWith(OURS)).toList(),
                List.of(),
                ours.stream()
                        .filter(line -> line.has("gap"))
                        .map(line -> line.get("gap"))
                        .toList(),
                ours.stream()
                        .filter(line -> line.has("cursor"))
                        .map(line -> line.get("cursor").asText())
                        .reduce("", (before, cursor) -> cursor),
                ours.stream()
                        .filter(line -> line.has("end"))
                        .map(line -> line.at("/end/reason").asText())
                        .findFirst());
    }

    private static Reading ofPages(
            GatewayUnderTest gateway, String run, Form form, List<String> start, JsonNode firstPage) {
        List<String> kept = start.stream()
                .filter(item -> !item.matches("(Last-Event-ID:|cursor=|from_sequence=|after_sequence=).*"))
                .toList();
        List<String> events = new ArrayList<>();
        List<String> cursors = new ArrayList<>();
        List<JsonNode> gaps = new ArrayList<>();
        JsonNode page = firstPage;
        while (true) {
            page.get("events").forEach(event -> events.add(event.toString()));
            page.get("cursors").forEach(cursor -> cursors.add(cursor.asText()));
            page.get("gaps").forEach(gaps::add);
            String next = page.get("next_cursor").asText();
            if (!page.get("has_more").asBoolean()) {
                Optional<String> end =
                        Optional.of(page.at("/end/reason").asText()).filter(reason -> !reason.isEmpty());
                return new Reading(events, cursors, gaps, next, end);
            }
            page = ask(gateway, run, form.mediaType, kept, form.parameter, "cursor=" + next)
                    .json();
        }
    }

    private static boolean isHeader(String item) {
        return item.contains(": ");
    }

    private static String name(String header) {
        return header.substring(0, header.indexOf(": "));
    }

    private static String value(String header) {
        return header.substring(header.indexOf(": ") + 2);
    }
}
