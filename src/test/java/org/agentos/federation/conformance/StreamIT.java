package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agentos.federation.support.OpenApiCheck;
import org.agentos.federation.support.SseClient;
import org.agentos.federation.support.SseFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StreamIT {
    private static final long LIVE_NANOS = 300_000_000L;
    /** A machine with two busy cores may stall one event of many; never most of them. */
    private static final int LIVE_EVENTS = 20;

    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest().peer("stk_b");

    private final String run = Sample.runId();
    private final String first = Sample.envelope(run, 1);
    private final String second = Sample.envelope(run, 2);

    @Test
    void shouldSendExactlyTheseFrames() {
        // Given
        GATEWAY.store(first, Sample.completed(run, 2));

        // When
        try (SseClient stream = GATEWAY.stream(run, "")) {
            stream.awaitEnd();

            // Then
            assertThat(stream.state()).isEqualTo(SseClient.State.ENDED);
            assertThat(new String(stream.bytes(), StandardCharsets.UTF_8))
                    .matches("retry: (1[5-9]|2\\d|30)\\d\\d\nid: CURSOR\n\n".replace("CURSOR", "[A-Za-z0-9\\-_.~]+")
                            + "event: agentos.event\nid: [^\n]+\ndata: \\Q" + first + "\\E\n\n"
                            + "event: agentos.event\nid: [^\n]+\ndata: \\Q" + Sample.completed(run, 2) + "\\E\n\n"
                            + "event: agentos.end\ndata: \\{[^\n]+}\n\n");
            SseFrame end = stream.frames("agentos.end").get(0);
            assertThat(end.json().get("reason").asText()).isEqualTo("run_completed");
            assertThat(end.json().get("cursor").asText())
                    .isEqualTo(stream.frames("agentos.event").get(1).id());
            assertThat(OpenApiCheck.ofProject().schemaProblems("/components/schemas/StreamEnd", end.json()))
                    .isEmpty();
        }
    }

    @Test
    void shouldForbidCachesAndBuffers() {
        // Given
        GATEWAY.store(first);

        // When
        try (SseClient stream = GATEWAY.stream(run, "")) {

            // Then
            assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
            assertThat(stream.header("Cache-Control")).contains("no-store").contains("no-transform");
            assertThat(stream.header("X-Accel-Buffering")).isEqualTo("no");
            assertThat(stream.header("Vary")).contains("Accept");
            assertThat(stream.header("X-Request-Id")).isNotEmpty();
        }
    }

    @Test
    void shouldGoFromReplayToLiveWithoutGapOrRepeat() {
        // Given
        GATEWAY.store(first, second);

        // When
        try (SseClient stream = GATEWAY.stream(run, "")) {
            stream.await("agentos.event", 2);
            for (int i = 3; i <= 50; i++) {
                GATEWAY.store(Sample.envelope(run, i));
            }
            GATEWAY.store(Sample.completed(run, 51));
            stream.awaitEnd();

            // Then
            List<SseFrame> events = stream.frames("agentos.event");
            assertThat(events)
                    .extracting(frame -> frame.json().at("/event/sequence").asInt())
                    .containsExactlyElementsOf(java.util.stream.IntStream.rangeClosed(1, 51)
                            .boxed()
                            .toList());
            assertThat(events).extracting(SseFrame::id).doesNotHaveDuplicates();
        }
    }

    @Test
    void shouldDeliverLiveEventsSoon() {
        // Given
        GATEWAY.store(first);
        int soon = 0;

        // When
        try (SseClient stream = GATEWAY.stream(run, "")) {
            stream.await("agentos.event", 1);
            for (int i = 2; i < 2 + LIVE_EVENTS; i++) {
                long sent = System.nanoTime();
                GATEWAY.store(Sample.envelope(run, i));
                SseFrame arrived = stream.await("agentos.event", i).get(i - 1);
                soon += arrived.arrivedNanos() - sent < LIVE_NANOS ? 1 : 0;
            }
        }

        // Then
        assertThat(soon).isGreaterThan(LIVE_EVENTS / 2);
    }

    @Test
    void shouldGiveEveryReaderTheSame() {
        // Given
        GATEWAY.store(first);

        // When
        try (SseClient one = GATEWAY.stream(run, "");
                SseClient other = GATEWAY.stream(run, "?from_sequence=1")) {
            one.await("agentos.event", 1);
            GATEWAY.store(second, Sample.completed(run, 3));
            one.awaitEnd();
            other.awaitEnd();

            // Then
            List<String> tail = one.frames("agentos.event").subList(1, 3).stream()
                    .map(SseFrame::text)
                    .toList();
            assertThat(other.frames("agentos.event")).extracting(SseFrame::text).containsExactlyElementsOf(tail);
        }
    }

    @Test
    void shouldCloseAfterWhatIsKeptWithoutFollow() {
        // Given
        GATEWAY.store(first, second);

        // When
        try (SseClient stream = GATEWAY.stream(run, "?follow=false")) {

            // Then
            assertThat(stream.awaitEnd()).isEqualTo(SseClient.State.ENDED);
            assertThat(stream.frames("agentos.event"))
                    .extracting(SseFrame::data)
                    .containsExactly(first, second);
            assertThat(stream.frames("agentos.end")).isEmpty();
        }
    }

    @Test
    void shouldAnswerNoContentAtTheEndOfAFinishedRun() {
        // Given
        GATEWAY.store(first, Sample.completed(run, 2));
        String cursor = lastId();

        // When
        try (SseClient again = GATEWAY.stream(run, "", "Last-Event-ID", cursor);
                SseClient replay = GATEWAY.stream(run, "?follow=false", "Last-Event-ID", cursor)) {

            // Then
            assertThat(again.status()).isEqualTo(204);
            assertThat(replay.status()).isEqualTo(200);
        }
    }

    @Test
    void shouldSayHowARunEnded() {
        // Given
        GATEWAY.store(first, Sample.envelope(run, 2, "agentos.run.canceled"));

        // When
        try (SseClient stream = GATEWAY.stream(run, "?from_sequence=1")) {
            stream.awaitEnd();

            // Then
            assertThat(stream.frames("agentos.end").get(0).json().get("reason").asText())
                    .isEqualTo("run_canceled");
        }
    }

    @Test
    void shouldHideRunsFromOtherTenants() {
        // Given
        GATEWAY.store(first);

        // When
        try (SseClient stream = GATEWAY.streamAs(Sample.OTHER_TENANT, run, "")) {

            // Then
            assertThat(stream.status()).isEqualTo(404);
            assertThat(stream.answer().errorCode()).isEqualTo("not_found");
        }
    }

    @Test
    void shouldKeepRunsOfOneIdApartByTenant() {
        // Given
        GATEWAY.store(first);
        String others = Sample.event(run, "evt_other", "\"sequence\":1");
        GATEWAY.http()
                .post("/v1/federation/events:ingest")
                .json(Sample.batch("peer_ci", others).replace(Sample.TENANT, Sample.OTHER_TENANT))
                .send();

        // When
        try (SseClient own = GATEWAY.stream(run, "?follow=false");
                SseClient other = GATEWAY.streamAs(Sample.OTHER_TENANT, run, "?follow=false")) {
            own.awaitEnd();
            other.awaitEnd();

            // Then
            assertThat(own.frames("agentos.event")).extracting(SseFrame::data).containsExactly(first);
            assertThat(other.frames("agentos.event")).extracting(SseFrame::data).containsExactly(others);
        }
    }

    @Test
    void shouldOpenAStreamOfAForwardedRunWithoutEvents() {
        // Given
        GATEWAY.peerOf("stk_b");
        String forwarded = GATEWAY.started("stk_b");

        // When
        try (SseClient stream = GATEWAY.stream(forwarded, "")) {
            stream.await("the first position", client -> !client.frames().isEmpty());

            // Then
            assertThat(stream.frames().get(0).id()).isNotEmpty();
            assertThat(stream.state()).isEqualTo(SseClient.State.OPEN);
        }
    }

    private String lastId() {
        try (SseClient stream = GATEWAY.stream(run, "")) {
            stream.awaitEnd();
            List<SseFrame> events = stream.frames("agentos.event");
            return events.get(events.size() - 1).id();
        }
    }
}
