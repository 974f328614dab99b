package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.CountingSink;
import org.agentos.federation.support.ExtendedHome;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Http;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** Route files that change while the packaged application runs. */
class RoutesReloadIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Map<String, String> ON = Map.of("AGENTOS_FED_ROUTES_RELOAD", "true");

    @TempDir
    Path directory;

    private Path extensions;
    private Path home;

    @BeforeEach
    void copyHome() {
        if (System.getProperty("federation.base-url") != null) {
            throw new TestAbortedException("needs control of the gateway's process");
        }
        home = ExtendedHome.in(directory).path();
        extensions = home.resolve("routes/extensions");
    }

    @Test
    void shouldTakeOverNewChangedAndRemovedFiles() {
        try (GatewayProcess gateway = GatewayProcess.start(home, directory, ON)) {
            // When / Then
            put("hello.yaml", hello("one"));
            await().atMost(PATIENCE).until(() -> hello(gateway).equals("one"));
            put("hello.yaml", hello("two"));
            await().atMost(PATIENCE).until(() -> hello(gateway).equals("two"));
            remove("hello.yaml");
            await().atMost(PATIENCE).until(() -> get(gateway, "/ext/hello").statusCode() == 404);
            assertThat(get(gateway, "/v1/federation/health").statusCode()).isEqualTo(200);
            assertThat(gateway.stop()).isZero();
        }
    }

    @Test
    void shouldKeepWhatRunsWhenAFileIsBroken() {
        // Given
        put("hello.yaml", hello("one"));
        try (GatewayProcess gateway = GatewayProcess.start(home, directory, ON)) {
            // When / Then
            put("hello.yaml", "a: b: c");
            awaitRefusal(gateway, "is not a file of routes");
            put("hello.yaml", hello("x").replace("setBody", "setBdoy"));
            awaitRefusal(gateway, "setBdoy");
            put("hello.yaml", hello("x") + "        - to: {uri: \"nowhere:x\"}\n");
            awaitRefusal(gateway, "uses nowhere");
            put("hello.yaml", hello("x") + "        - process: {ref: nobody}\n");
            awaitRefusal(gateway, "nobody");
            assertThat(hello(gateway)).isEqualTo("one");
            put("hello.yaml", hello("three"));
            await().atMost(PATIENCE).until(() -> hello(gateway).equals("three"));
        }
    }

    @Test
    void shouldGoOnWithASubscriptionWhereItIs() {
        // Given
        try (CountingSink first = CountingSink.open();
                CountingSink second = CountingSink.open()) {
            put("sink.yaml", sink(first));
            try (GatewayProcess gateway = GatewayProcess.start(home, directory, ON)) {
                String run = Sample.runId();
                store(gateway, Sample.envelope(run, 1));
                await().atMost(PATIENCE).until(() -> first.received().size() == 1);
                await().atMost(PATIENCE).until(() -> gateway.command("subscriptions", "show", "ext-sink")
                        .output()
                        .contains("lag 0 records"));

                // When
                put("sink.yaml", sink(second));
                await().atMost(PATIENCE).until(() -> gateway.output().contains("routes taken over"));
                store(gateway, Sample.envelope(run, 2));
                await().atMost(PATIENCE).until(() -> !second.received().isEmpty());

                // Then
                assertThat(second.received())
                        .extracting(received -> received.header("AgentosSequence"))
                        .containsExactly("2");
                assertThat(first.received()).hasSize(1);
            }
        }
    }

    @Test
    void shouldTouchNothingUnlessTold() {
        // Given
        try (GatewayProcess gateway = GatewayProcess.start(home, directory, Map.of())) {
            assertThat(gateway.output()).doesNotContain("routes are taken over");
        }
        GatewayProcess.Ended refused = GatewayProcess.command(
                home, directory, Map.of("AGENTOS_FED_ROUTES_RELOAD", "true", "AGENTOS_PROFILE", "prod"), "check");

        // Then
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.output()).contains("AGENTOS_FED_ROUTES_RELOAD is on, which AGENTOS_PROFILE=prod forbids");
    }

    /** The same change may be seen and told twice. */
    private static void awaitRefusal(GatewayProcess gateway, String problem) {
        await().atMost(PATIENCE).until(() -> gateway.output()
                .lines()
                .anyMatch(line -> line.contains("routes not taken over")
                        && line.contains("hello.yaml")
                        && line.contains(problem)));
    }

    private static String hello(String word) {
        return """
                - route:
                    id: ext-hello
                    from:
                      uri: platform-http:/ext/hello
                      steps:
                        - setBody: {constant: %s}
                """.formatted(word);
    }

    private static String sink(CountingSink sink) {
        return """
                - route:
                    id: ext-sink
                    from:
                      uri: event-log:ext-sink
                      steps:
                        - to: %s
                """.formatted(sink.url());
    }

    /** As editors do: whole files appear, under a name that is not watched before. */
    private void put(String name, String text) {
        try {
            Path beside = Files.writeString(extensions.resolve(name + ".part"), text);
            Files.move(beside, extensions.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void remove(String name) {
        try {
            Files.delete(extensions.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hello(GatewayProcess gateway) {
        return get(gateway, "/ext/hello").body();
    }

    /** Not by {@link Http}, which knows the documented endpoints only. */
    private static HttpResponse<String> get(GatewayProcess gateway, String path) {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(gateway.baseUrl().resolve(path))
                            .timeout(Duration.ofSeconds(40))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void store(GatewayProcess gateway, String... events) {
        Answer answer = new Http(gateway.baseUrl())
                .post("/v1/federation/events:ingest")
                .tenant(Sample.TENANT)
                .json(Sample.batch("peer_ci", events))
                .send();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }
}
