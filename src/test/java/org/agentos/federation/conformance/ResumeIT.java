package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.SseClient;
import org.agentos.federation.support.SseFrame;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResumeIT {
    private static final int EVENTS = 6;

    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest();

    private final String run = Sample.runId();
    private final String[] envelopes = Sample.envelopes(run, EVENTS);
    /** The cursor before the first event and after each. */
    private final List<String> cursors = new ArrayList<>();

    @BeforeEach
    void storeARun() {
        GATEWAY.store(envelopes);
        try (SseClient stream = GATEWAY.stream(run, "?follow=false")) {
            stream.awaitEnd();
            stream.frames().stream()
                    .map(SseFrame::id)
                    .filter(id -> !id.isEmpty())
                    .forEach(cursors::add);
        }
        assertThat(cursors).hasSize(EVENTS + 1);
    }

    @Test
    void shouldGoOnAfterEveryPositionByEveryForm() {
        for (int position = 0; position <= EVENTS; position++) {
            List<String> rest = List.of(envelopes).subList(position, EVENTS);

            assertThat(events("&cursor=" + cursors.get(position))).isEqualTo(rest);
            assertThat(events("", "Last-Event-ID", cursors.get(position))).isEqualTo(rest);
            assertThat(events("&from_sequence=" + position)).isEqualTo(rest);
            assertThat(events("&after_sequence=" + position)).isEqualTo(rest);
        }
    }

    @Test
    void shouldGiveTheSameCursorsFromEveryPosition() {
        for (int position = 0; position < EVENTS; position++) {
            try (SseClient stream = GATEWAY.stream(run, "?follow=false", "Last-Event-ID", cursors.get(position))) {
                stream.awaitEnd();

                assertThat(stream.frames()).extracting(SseFrame::id).isEqualTo(cursors.subList(position, EVENTS + 1));
            }
        }
    }

    @Test
    void shouldStayOpenAtTheEndOfALivingRun() {
        try (SseClient stream = GATEWAY.stream(run, "", "Last-Event-ID", cursors.get(EVENTS))) {
            String next = Sample.envelope(run, EVENTS + 1);
            GATEWAY.store(next);

            assertThat(stream.await("agentos.event", 1))
                    .extracting(SseFrame::data)
                    .containsExactly(next);
        }
    }

    @Test
    void shouldPreferTheHeaderThenTheCursorThenTheSequence() {
        assertThat(events("&cursor=" + cursors.get(1) + "&from_sequence=0", "Last-Event-ID", cursors.get(5)))
                .containsExactly(envelopes[5]);
        assertThat(events("&from_sequence=0&cursor=" + cursors.get(5))).containsExactly(envelopes[5]);
        assertThat(events("&from_sequence=5", "Last-Event-ID", "")).containsExactly(envelopes[5]);
    }

    @Test
    void shouldStartFromNowWhenAsked() {
        try (SseClient stream = GATEWAY.stream(run, "?from=latest")) {
            stream.await("the first position", client -> !client.frames().isEmpty());
            String next = Sample.envelope(run, EVENTS + 1);
            GATEWAY.store(next);

            assertThat(stream.await("agentos.event", 1))
                    .extracting(SseFrame::data)
                    .containsExactly(next);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "x", "", "9223372036854775808"})
    void shouldRefuseASequenceThatIsNone(String sequence) {
        Answer answer = refused("?from_sequence=" + sequence);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.errorCode()).isEqualTo("invalid_request");
    }

    @Test
    void shouldRefuseABrokenCursor() {
        // Given
        String cursor = cursors.get(3);
        char last = cursor.charAt(cursor.length() - 1);
        String forged = cursor.substring(0, cursor.length() - 2) + (last == 'A' ? "BB" : "AA");

        // Then
        for (String broken : List.of("nonsense", forged, cursor + "x", "%00")) {
            Answer answer = refused("?cursor=" + broken);
            assertThat(answer.status()).as(broken).isEqualTo(400);
            assertThat(answer.errorCode()).as(broken).isEqualTo("invalid_cursor");
        }
    }

    @Test
    void shouldRefuseACursorOfAnotherRun() {
        // Given
        String other = Sample.runId();
        GATEWAY.store(Sample.envelopes(other, EVENTS));

        // When
        try (SseClient stream = GATEWAY.stream(other, "", "Last-Event-ID", cursors.get(2))) {

            // Then
            assertThat(stream.status()).isEqualTo(400);
            assertThat(stream.answer().errorCode()).isEqualTo("invalid_cursor");
        }
    }

    @Test
    void shouldSayWhenASequenceIsAheadOfTheLog() {
        Answer answer = refused("?from_sequence=" + (EVENTS + 1));

        assertThat(answer.status()).isEqualTo(410);
        assertThat(answer.errorCode()).isEqualTo("cursor_expired");
        assertThat(answer.details().get("earliest_cursor").asText()).isEqualTo(cursors.get(0));
        assertThat(answer.details().get("latest_cursor").asText()).isEqualTo(cursors.get(EVENTS));
        assertThat(answer.details().get("earliest_sequence").asInt()).isEqualTo(1);
    }

    private Answer refused(String query) {
        return GATEWAY.http()
                .get("/v1/federation/runs/" + run + "/events" + query)
                .tenant(Sample.TENANT)
                .send();
    }

    private List<String> events(String query, String... headers) {
        try (SseClient stream = GATEWAY.stream(run, "?follow=false" + query, headers)) {
            stream.awaitEnd();
            assertThat(stream.status()).as(stream.answer().toString()).isEqualTo(200);
            return stream.frames("agentos.event").stream().map(SseFrame::data).toList();
        }
    }
}
