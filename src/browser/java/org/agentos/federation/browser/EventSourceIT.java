package org.agentos.federation.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Request;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Http;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What EventSource and fetch see of a gateway that lets the pages of one other origin in. */
class EventSourceIT {
    @TempDir
    static Path directory;

    @AutoClose
    private static Chromium chromium;

    @AutoClose
    private static PageServer allowed;

    @AutoClose
    private static PageServer stranger;

    @AutoClose
    private static GatewayProcess gateway;

    private static String base;
    private static Http http;

    private final String run = Runs.newRun();
    private final String events = Runs.events(base, run);

    @BeforeAll
    static void start() {
        chromium = Chromium.start();
        allowed = new PageServer();
        stranger = new PageServer();
        gateway = GatewayProcess.start(directory, Map.of("AGENTOS_FED_CORS_ORIGINS", allowed.origin()));
        base = gateway.baseUrl().toString();
        http = new Http(gateway.baseUrl());
    }

    @Test
    void shouldFollowARunFromAnotherOrigin() {
        Runs.store(http, run, 1, 3);
        try (Reader reader = Reader.at(chromium.page(), allowed.origin()).watch(events)) {
            reader.awaitEvents(3);
            followOn(reader);
            reader.screenshot("another-origin");
        }
    }

    @Test
    void shouldFollowARunFromItsOwnOrigin() {
        Runs.store(http, run, 1, 3);
        try (Reader reader = Reader.inside(chromium.page(), base).watch("/v1/federation/runs/" + run + "/events")) {
            reader.awaitEvents(3);
            followOn(reader);
        }
    }

    private void followOn(Reader reader) {
        // When
        Runs.store(http, run, 4, 6);
        reader.awaitEvents(6);

        // Then
        assertThat(reader.sequences()).isEqualTo(Reader.oneTo(6));
        assertThat(reader.<String>list("seen.events.map(event => event.id)"))
                .doesNotHaveDuplicates()
                .allSatisfy(id -> assertThat(id).matches("[A-Za-z0-9._~-]+"));
        assertThat(reader.requests()).hasSize(1);
    }

    @Test
    void shouldMissAndDoubleNothingWhenTheGatewayIsKilled() {
        // Given
        Runs.store(http, run, 1, 3);
        try (Reader reader = Reader.at(chromium.page(), allowed.origin()).watch(events)) {
            reader.awaitEvents(3);
            String last = (String) reader.tell("seen.events.at(-1).id");

            // When
            gateway.kill();
            reader.await("seen.retries > 0");
            gateway.start();
            Runs.store(http, run, 4, 6);
            reader.awaitEvents(6);

            // Then
            assertThat(reader.sequences()).isEqualTo(Reader.oneTo(6));
            assertThat(reader.tell("seen.closed")).isEqualTo(0);
            assertThat(lastRequest(reader).allHeaders()).containsEntry("last-event-id", last);
        }
    }

    @Test
    void shouldGoOnAfterTheGatewayWasStopped() {
        // Given
        Runs.store(http, run, 1, 3);
        try (Reader reader = Reader.at(chromium.page(), allowed.origin()).watch(events)) {
            reader.awaitEvents(3);
            reader.tell("fetch('" + base + "/v1/federation/health').then(answer => answer.text())");

            // When
            gateway.terminate();
            reader.await("seen.ends.length > 0");
            gateway.awaitExit();
            reader.await("seen.retries > 1");
            gateway.start();
            Runs.store(http, run, 4, 6);
            reader.awaitEvents(6);

            // Then
            assertThat(reader.<String>list("seen.ends")).containsExactly("draining");
            assertThat(reader.sequences()).isEqualTo(Reader.oneTo(6));
            assertThat(reader.tell("seen.closed")).isEqualTo(0);
        }
    }

    @Test
    void shouldStopAtTheEndOfTheRun() {
        // Given
        Runs.store(http, run, 1, 2);
        Runs.complete(http, run, 3);

        // When
        try (Reader reader = Reader.at(chromium.page(), allowed.origin()).watch(events)) {
            reader.await("source.readyState === EventSource.CLOSED");

            // Then
            assertThat(reader.<String>list("seen.ends")).containsExactly("run_completed");
            assertThat(reader.sequences()).isEqualTo(Reader.oneTo(3));
            assertThat(reader.requests()).hasSize(2);
            assertThat(lastRequest(reader).response().status()).isEqualTo(204);
        }
    }

    @Test
    void shouldTellARefusalAsAnEvent() {
        try (Reader reader = Reader.at(chromium.page(), allowed.origin())) {
            // When
            reader.watch(events + "?errors=stream").await("seen.refusals.length > 0");

            // Then
            assertThat(reader.<String>list("seen.refusals")).containsExactly("not_found");
        }
    }

    @Test
    void shouldGiveUpOnAPlainRefusal() {
        try (Reader reader = Reader.at(chromium.page(), allowed.origin())) {
            // When
            reader.watch(events).await("seen.closed > 0");

            // Then
            assertThat(reader.requests()).hasSize(1);
            assertThat(reader.tell("seen.opened")).isEqualTo(0);
        }
    }

    @Test
    void shouldTellAStrangersPageNothing() {
        // Given
        Runs.store(http, run, 1, 3);
        try (Reader reader = Reader.at(chromium.page(), stranger.origin())) {

            // When
            reader.watch(events).await("seen.closed > 0");
            Object read = reader.tell("fetch('" + events + "?follow=false').then(() => 'read', () => 'kept off')");

            // Then
            assertThat(read).isEqualTo("kept off");
            assertThat(reader.sequences()).isEmpty();
        }
    }

    @Test
    void shouldLetAStrangersPageChangeNothing() {
        // Given
        String body = "{\"events\":[{\"event\":{\"event_id\":\"e\",\"run_id\":\"" + run + "\",\"sequence\":1}}]}";
        try (Reader reader = Reader.at(chromium.page(), stranger.origin())) {

            // When
            for (String type : List.of("text/plain", "application/x-www-form-urlencoded")) {
                reader.tell("fetch('" + base + "/v1/federation/events:ingest', {method: 'POST', mode: 'no-cors',"
                        + " headers: {'Content-Type': '" + type + "'}, body: '" + body + "'}).then(() => 'sent')");
            }

            // Then
            assertThat(http.get("/v1/federation/runs/" + run).send().status()).isEqualTo(404);
            assertThat(http.get("/metrics").send().text())
                    .contains("agentos_http_requests_total{code=\"403\",method=\"POST\",service=\"federation\"} 2.0");
        }
    }

    @Test
    void shouldReadLinesByFetch() {
        // Given
        Runs.store(http, run, 1, 3);
        try (Reader reader = Reader.at(chromium.page(), allowed.origin())) {

            // When
            reader.readLines(events, Map.of("X-Tenant-Id", Runs.TENANT)).await("seen.lines.length >= 4");
            Runs.complete(http, run, 4);
            reader.await("seen.lines.some(line => line.agentos && line.agentos.end)");

            // Then
            assertThat(reader.<Integer>list("seen.lines.filter(line => line.event).map(line => line.event.sequence)"))
                    .isEqualTo(Reader.oneTo(4));
            assertThat((String) reader.tell("seen.requestId")).startsWith("req_");
        }
    }

    private static Request lastRequest(Reader reader) {
        List<Request> requests = reader.requests();
        return requests.get(requests.size() - 1);
    }
}
