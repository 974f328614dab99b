package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.SseClient;
import org.agentos.federation.support.SseFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How streams are brought to an end when the gateway stops: announced, one after another, each to be resumed. */
class DrainIT {
    private static final int STREAMS = 40;
    private static final Duration DRAIN = Duration.ofSeconds(3);
    private static final Duration DELAY = Duration.ofSeconds(4);

    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest()
            .environment("AGENTOS_FED_SHUTDOWN_READINESS_DELAY", DELAY.toSeconds() + "s")
            .environment("AGENTOS_FED_SHUTDOWN_DRAIN", DRAIN.toSeconds() + "s");

    private final String run = Sample.runId();

    @Test
    void shouldAnnounceItsEndThenCloseThePortThenEndStreamsOneAfterAnother() {
        // Given
        GATEWAY.store(Sample.envelope(run, 1));
        List<SseClient> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            streams.add(GATEWAY.stream(run, ""));
        }
        CompletableFuture<Answer> page = GATEWAY.http()
                .get("/v1/federation/runs/" + run + "/events?from=latest&wait_ms=30000")
                .tenant(Sample.TENANT)
                .header("Accept", "application/json")
                .sendAsync();
        await().until(() -> GATEWAY.http().get("/metrics").send().text().contains("streams_open 41.0"));

        // When
        GATEWAY.process().terminate();
        await().until(() -> GATEWAY.http().get("/v1/federation/health").send().status() == 503);

        // Then all goes on for those who are there
        assertThat(GATEWAY.http().get("/v1/federation/health/live").send().status())
                .isEqualTo(200);
        GATEWAY.process().terminate();
        GATEWAY.store(Sample.envelope(run, 2));
        streams.forEach(stream -> stream.await("agentos.event", 2));
        assertThat(page.join().json().get("events")).hasSize(1);
        CompletableFuture<Answer> waiting = GATEWAY.http()
                .get("/v1/federation/runs/" + run + "/events?from=latest&wait_ms=30000")
                .tenant(Sample.TENANT)
                .header("Accept", "application/json")
                .sendAsync();

        // And nobody gets in once the first stream has ended
        await().atMost(DELAY.multipliedBy(3)).pollInterval(Duration.ofMillis(5)).until(() -> streams.stream()
                .anyMatch(DrainIT::ended));
        assertThat(streams).anyMatch(stream -> !ended(stream));
        assertThatThrownBy(DrainIT::connect).isInstanceOf(ConnectException.class);

        // And the others follow over the drain
        assertThat(GATEWAY.process().awaitExit()).isZero();
        assertSpread(streams);
        assertThat(waiting.join().status()).isEqualTo(200);
        assertThat(waiting.join().json().get("events")).isEmpty();
        goOn(streams);
    }

    private static void assertSpread(List<SseClient> streams) {
        streams.forEach(stream -> assertThat(stream.awaitEnd()).isEqualTo(SseClient.State.ENDED));
        List<Long> ends = streams.stream()
                .map(stream -> stream.frames("agentos.end").get(0).arrivedNanos())
                .sorted()
                .toList();
        Duration whole = Duration.ofNanos(ends.get(STREAMS - 1) - ends.get(0));
        Duration half = Duration.ofNanos(ends.get(STREAMS / 2) - ends.get(0));
        assertThat(whole).isGreaterThan(DRAIN.dividedBy(2)).isLessThan(DRAIN.multipliedBy(2));
        assertThat(half)
                .isGreaterThan(whole.dividedBy(5))
                .isLessThan(whole.multipliedBy(4).dividedBy(5));
    }

    private void goOn(List<SseClient> streams) {
        GATEWAY.process().start();
        String next = Sample.envelope(run, 3);
        GATEWAY.store(next);
        for (SseClient ended : streams) {
            SseFrame end = ended.frames("agentos.end").get(0);
            String cursor = end.json().get("cursor").asText();
            assertThat(end.json().get("reason").asText()).isEqualTo("draining");
            assertThat(cursor).isEqualTo(ended.frames("agentos.event").get(1).id());
            try (SseClient again = GATEWAY.stream(run, "?follow=false", "Last-Event-ID", cursor)) {
                again.awaitEnd();
                assertThat(again.frames("agentos.event"))
                        .extracting(SseFrame::data)
                        .containsExactly(next);
            }
        }
    }

    private static boolean ended(SseClient stream) {
        return !stream.frames("agentos.end").isEmpty();
    }

    @SuppressWarnings("AddressSelection") // the loopback address
    private static void connect() throws IOException {
        new Socket(GATEWAY.baseUrl().getHost(), GATEWAY.baseUrl().getPort()).close();
    }
}
