package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.SseClient;
import org.agentos.federation.support.SseFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams and pages with nothing to show: signs of life, places behind hidden events, waiting, and the cap. */
class SilenceIT {
    private static final int STREAMS = 4;

    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest()
            .environment("AGENTOS_FED_STREAM_HEARTBEAT", "300ms")
            .environment("AGENTOS_FED_STREAM_MAX_STREAMS_PER_TENANT", Integer.toString(STREAMS))
            .peer("stk_b");

    private final String run = Sample.runId();

    @Test
    void shouldBeatWhileThereIsNothingToTell() {
        // Given
        GATEWAY.store(Sample.envelope(run, 1));

        // When
        try (SseClient stream = GATEWAY.stream(run, "")) {
            stream.await("heartbeats", client -> client.frames().size() >= 5);

            // Then
            assertThat(stream.frames().subList(2, 5)).extracting(SseFrame::text).containsOnly(": hb\n\n");
        }
    }

    @Test
    void shouldTellThePlaceInAHeartbeatWhenAFilterHidesEvents() {
        // Given
        GATEWAY.store(Sample.envelope(run, 1));
        String place;

        // When
        try (SseClient stream = GATEWAY.stream(run, "?types=note")) {
            stream.await("the first position", client -> !client.frames().isEmpty());
            GATEWAY.store(Sample.envelope(run, 2));
            String behindBoth = latest();
            stream.await("the place", client -> place(client).equals(behindBoth));
            place = place(stream);

            // Then
            assertThat(stream.frames())
                    .anySatisfy(frame -> assertThat(frame.text()).isEqualTo("id: " + behindBoth + "\n: hb\n\n"));
            assertThat(stream.frames("agentos.event")).isEmpty();
            assertThat(stream.frames("agentos.gap")).isEmpty();
        }
        GATEWAY.store(Sample.envelope(run, 3));
        assertThat(Reading.read(GATEWAY, run, Reading.Form.SSE, "Last-Event-ID: " + place)
                        .events())
                .containsExactly(Sample.envelope(run, 3));
    }

    @Test
    void shouldTellThePlaceInALineWhenAFilterHidesEvents() {
        // Given
        GATEWAY.store(Sample.envelope(run, 1), Sample.envelope(run, 2));
        String behindBoth = latest();

        // When
        try (SseClient lines = GATEWAY.stream(run, "?types=note", "Accept", "application/x-ndjson")) {
            String line = "{\"agentos\":{\"cursor\":\"" + behindBoth + "\"}}\n";

            // Then
            lines.await("the place twice", client -> client.answer().text().endsWith(line + line));
            assertThat(lines.answer().text()).doesNotContain("\"event\"");
        }
    }

    @ParameterizedTest
    @CsvSource({"text/event-stream,event: agentos.error", "application/x-ndjson,{\"agentos\":{\"error\":"})
    void shouldTellInTheStreamThatTheTenantHasAllItsStreams(String form, String begins) {
        // Given
        GATEWAY.store(Sample.envelope(run, 1));
        List<SseClient> open = IntStream.range(0, STREAMS)
                .mapToObj(i -> GATEWAY.stream(run, ""))
                .toList();
        try {
            // When
            Answer refused = Reading.ask(GATEWAY, run, form, List.of());
            Answer told = Reading.ask(GATEWAY, run, form, List.of(), "errors=stream");

            // Then
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.errorCode()).isEqualTo("quota_exceeded");
            assertThat(refused.header("Retry-After")).isNotEmpty();
            assertThat(told.status()).isEqualTo(200);
            assertThat(told.text()).startsWith(begins).contains("\"quota_exceeded\"");
        } finally {
            open.forEach(SseClient::close);
            awaitNoStreams();
        }
    }

    @Test
    void shouldAnswerAWaitingPageWithTheFirstEventItShows() {
        // Given
        GATEWAY.store(Sample.envelope(run, 1));
        CompletableFuture<Answer> waiting = waitFor("types=note&wait_ms=20000&cursor=" + latest());

        // When
        GATEWAY.store(Sample.envelope(run, 2));
        GATEWAY.store(Sample.envelope(run, 3, "note"));
        JsonNode page = waiting.join().json();

        // Then
        assertThat(page.get("events")).hasSize(1);
        assertThat(page.at("/events/0/event/sequence").asInt()).isEqualTo(3);
        assertThat(page.get("next_cursor").asText()).isEqualTo(latest());
    }

    @Test
    void shouldAnswerAWaitingPageWhenAHiddenEventEndsTheRun() {
        // Given
        GATEWAY.store(Sample.envelope(run, 1));
        CompletableFuture<Answer> waiting = waitFor("types=note&wait_ms=20000&cursor=" + latest());

        // When
        GATEWAY.store(Sample.completed(run, 2));
        JsonNode page = waiting.join().json();

        // Then
        assertThat(page.get("events")).isEmpty();
        assertThat(page.at("/end/reason").asText()).isEqualTo("run_completed");
        assertThat(page.get("next_cursor").asText()).isEqualTo(latest());
    }

    @Test
    void shouldAlwaysSayWhereToGoOn() {
        // Given
        String empty = GATEWAY.started("stk_b");
        GATEWAY.store(Sample.envelope(run, 1), Sample.envelope(run, 2));

        // When
        JsonNode ofEmptyRun = page(empty, "wait_ms=1");
        JsonNode allHidden = page(run, "types=note&wait_ms=1");
        JsonNode atTheEnd = page(run, "from=latest");

        // Then
        assertThat(page(empty, "cursor=" + ofEmptyRun.get("next_cursor").asText())
                        .get("next_cursor"))
                .isEqualTo(ofEmptyRun.get("next_cursor"));
        assertThat(List.of(allHidden, atTheEnd)).allSatisfy(page -> {
            assertThat(page.get("events")).isEmpty();
            assertThat(page.get("next_cursor").asText()).isEqualTo(latest());
        });
    }

    private CompletableFuture<Answer> waitFor(String query) {
        return GATEWAY.http()
                .get("/v1/federation/runs/" + run + "/events?" + query)
                .tenant(Sample.TENANT)
                .header("Accept", "application/json")
                .sendAsync();
    }

    private static JsonNode page(String runId, String query) {
        Answer answer = Reading.ask(GATEWAY, runId, "application/json", List.of(query));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json();
    }

    private String latest() {
        return page(run, "limit=1").get("latest_cursor").asText();
    }

    private static String place(SseClient stream) {
        return Reading.ofFrames(stream.frames()).place();
    }

    private static void awaitNoStreams() {
        await("no open streams").until(() -> GATEWAY.http()
                .get("/metrics")
                .send()
                .text()
                .lines()
                .anyMatch(line -> line.matches("agentos_federation_streams_open 0\\.0")));
    }
}
