package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.agentos.federation.support.PeerRun;
import org.agentos.federation.support.SseClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One coordinate: every position of a run, named in every way and read in every form, goes on with the same events. */
class EveryPositionIT {
    @RegisterExtension
    static final GatewayUnderTest GATEWAY =
            new GatewayUnderTest().peer("stk_gone", Map.of("mirror", Map.of("max_backoff_ms", 1_000)));

    private static final String SHOWN = "step.*";
    private static final long[] SEQUENCES = {1, 0, 0, 2, 5, 0, 6};
    private static final List<Integer> HIDDEN = List.of(1, 3, 6);

    private final String run = Sample.runId();

    @ParameterizedTest
    @EnumSource(Reading.Form.class)
    void shouldGoOnFromEveryPositionOfALivingRun(Reading.Form form) {
        List<String> events = events(run, false);
        GATEWAY.store(events.toArray(String[]::new));

        assertThatEveryPositionGoesOn(run, form, events, Optional.empty());
    }

    @ParameterizedTest
    @EnumSource(Reading.Form.class)
    void shouldGoOnFromEveryPositionOfAFinishedRun(Reading.Form form) {
        List<String> events = events(run, true);
        GATEWAY.store(events.toArray(String[]::new));

        assertThatEveryPositionGoesOn(run, form, events, Optional.of("run_completed"));
    }

    @Test
    void shouldGoOnFromEveryPositionOfARunWhosePeerIsGone() {
        // Given
        String forwarded = GATEWAY.started("stk_gone");
        PeerRun remote = GATEWAY.peerOf("stk_gone").run(forwarded);
        List<String> events = events(forwarded, false);
        try (SseClient stream = GATEWAY.stream(forwarded, "")) {
            for (int i = 0; i < events.size(); i++) {
                Consumer<String> producer = SEQUENCES[i] > 0 ? remote::emitEnvelope : GATEWAY::store;
                producer.accept(events.get(i));
                stream.await("agentos.event", i + 1);
            }
        }

        // When
        GATEWAY.peerOf("stk_gone").close();

        // Then
        for (Reading.Form form : Reading.Form.values()) {
            assertThatEveryPositionGoesOn(forwarded, form, events, Optional.empty());
        }
    }

    @Test
    void shouldFollowAFinishedRunToItsEndFromEveryPosition() {
        // Given
        List<String> events = events(run, true);
        GATEWAY.store(events.toArray(String[]::new));
        List<String> cursors = Reading.read(GATEWAY, run, Reading.Form.SSE).cursors();

        for (String types : List.of("", "types=" + SHOWN + "&")) {
            for (int position = 1; position < events.size(); position++) {
                // When
                SseClient stream = GATEWAY.readToEnd(run, "?" + types + "cursor=" + cursors.get(position - 1));
                Reading reading = Reading.ofFrames(stream.frames());

                // Then
                assertThat(reading.events()).isEqualTo(rest(events, position, !types.isEmpty()));
                assertThat(reading.end()).hasValue("run_completed");
                assertThat(reading.place()).isEqualTo(cursors.get(events.size() - 1));
            }
            String atEnd = "?" + types + "cursor=" + cursors.get(events.size() - 1);
            assertThat(GATEWAY.readToEnd(run, atEnd).status()).isEqualTo(204);
            assertThat(Reading.ask(GATEWAY, run, "application/x-ndjson", List.of(atEnd.substring(1)))
                            .text())
                    .contains("{\"agentos\":{\"end\":{\"reason\":\"run_completed\"");
        }
    }

    /** A number that no event has stands behind the last stored before it; the gap told is the whole jump. */
    @ParameterizedTest
    @EnumSource(Reading.Form.class)
    void shouldGoOnFromANumberInAJump(Reading.Form form) {
        List<String> events = events(run, false);
        GATEWAY.store(events.toArray(String[]::new));

        Reading reading = Reading.read(GATEWAY, run, form, "from_sequence=3");

        assertThat(reading.events()).isEqualTo(events.subList(4, events.size()));
        assertThat(reading.gaps())
                .extracting(gap -> gap.get("missing").toString())
                .containsExactly("[3,4]");
    }

    private void assertThatEveryPositionGoesOn(
            String runId, Reading.Form form, List<String> events, Optional<String> end) {
        Reading whole = Reading.read(GATEWAY, runId, Reading.Form.SSE);
        assertThat(whole.events()).isEqualTo(events);
        String start = GATEWAY.readToEnd(runId, "?follow=false").frames().get(0).id();
        for (int position = 0; position <= events.size(); position++) {
            String cursor = position == 0 ? start : whole.cursors().get(position - 1);
            for (String named : names(cursor, position)) {
                Reading all = Reading.read(GATEWAY, runId, form, named);
                assertThat(all.events()).as(named).isEqualTo(rest(events, position, false));
                assertThat(all.gaps())
                        .as(named)
                        .extracting(JsonNode::toString)
                        .isEqualTo(position <= 4 ? List.of(gap(whole.cursors().get(3))) : List.of());

                Reading shown = Reading.read(GATEWAY, runId, form, named, "types=" + SHOWN);
                assertThat(shown.events()).as(named).isEqualTo(rest(events, position, true));

                assertThat(List.of(all.place(), shown.place())).as(named).containsOnly(whole.place());
                assertThat(List.of(all.end(), shown.end())).as(named).containsOnly(end);
                if (form != Reading.Form.NDJSON) {
                    assertThat(all.cursors()).as(named).isEqualTo(rest(whole.cursors(), position, false));
                    assertThat(shown.cursors()).as(named).isEqualTo(rest(whole.cursors(), position, true));
                }
            }
        }
    }

    private static String gap(String cursor) {
        return "{\"reason\":\"sequence\",\"requested\":\"" + cursor + "\",\"earliest\":\"" + cursor
                + "\",\"missing\":[3,4]}";
    }

    /** The ways to name a position; by sequence where it is that of an event, or the start. */
    private static List<String> names(String cursor, int position) {
        List<String> names = new ArrayList<>(List.of("Last-Event-ID: " + cursor, "cursor=" + cursor));
        long sequence = position == 0 ? 0 : SEQUENCES[position - 1];
        if (position == 0 || sequence > 0) {
            names.add("from_sequence=" + sequence);
            names.add("after_sequence=" + sequence);
        }
        return names;
    }

    private static <T> List<T> rest(List<T> all, int position, boolean shownOnly) {
        return IntStream.range(position, all.size())
                .filter(index -> !shownOnly || !HIDDEN.contains(index))
                .mapToObj(all::get)
                .toList();
    }

    /** Sequenced and unsequenced events with a jump between. */
    private static List<String> events(String runId, boolean finished) {
        return IntStream.range(0, SEQUENCES.length)
                .mapToObj(index -> {
                    boolean terminal = finished && index == SEQUENCES.length - 1;
                    String type =
                            terminal ? "agentos.run.completed" : HIDDEN.contains(index) ? "note" : "step.completed";
                    String sequence = SEQUENCES[index] > 0 ? "\"sequence\":" + SEQUENCES[index] + "," : "";
                    return Sample.event(runId, "evt_" + runId + "_" + index, sequence + "\"type\":\"" + type + "\"");
                })
                .toList();
    }
}
