package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.CountingSink;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Http;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A route file of an integrator in the packaged application, which is killed while it delivers: every event reaches the
 * sink, those of a run in order, and a kill repeats at most a hundred.
 */
@DisabledIfSystemProperty(named = "federation.base-url", matches = ".+", disabledReason = "starts processes of its own")
class SubscriptionIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int KILLS = 3;
    private static final int RUNS = 60;
    private static final int EVENTS_OF_A_RUN = 30;

    @TempDir
    Path directory;

    private final CountingSink sink = CountingSink.open();

    @AfterEach
    void close() {
        sink.close();
    }

    @Test
    void shouldLoseNothingAndRepeatLittleOverKills() {
        // Given
        Path home = home();
        write(home.resolve("routes/extensions/crm.yaml"), """
                - route:
                    id: ext-crm
                    from:
                      uri: event-log:crm
                      parameters: {from: earliest, types: "agentos.*"}
                      steps:
                        - to: %s
                """.formatted(sink.url()));
        List<String> runs = new ArrayList<>();
        try (GatewayProcess gateway = GatewayProcess.start(home, directory, Map.of())) {
            Http http = new Http(gateway.baseUrl());
            for (int i = 0; i < RUNS; i++) {
                runs.add(Sample.runId());
                store(http, Sample.envelopes(runs.get(i), EVENTS_OF_A_RUN));
            }

            // When
            for (int kill = 1; kill <= KILLS; kill++) {
                int until = kill * RUNS * EVENTS_OF_A_RUN / (KILLS + 1)
                        + RandomGenerator.getDefault().nextInt(200);
                await().atMost(PATIENCE).until(() -> ids().size() >= until);
                gateway.kill();
                gateway.start();
            }
            await().atMost(PATIENCE).until(() -> ids().size() == RUNS * EVENTS_OF_A_RUN);
            await().atMost(PATIENCE)
                    .until(() ->
                            gateway.command("subscriptions", "list").output().contains("lag 0 records"));

            // Then
            int repeats = sink.received().size() - RUNS * EVENTS_OF_A_RUN;
            assertThat(repeats).isLessThanOrEqualTo(KILLS * 100);
            assertOrder();
            assertThat(gateway.stop()).isZero();
        }
    }

    @Test
    void shouldWaitForASinkThatIsAwayAndCountItsAttemptsOverAStop() {
        // Given
        Path home = home();
        write(home.resolve("routes/extensions/crm.yaml"), """
                - route:
                    id: ext-crm
                    from:
                      uri: event-log:crm
                      parameters: {maximumRedeliveries: 2, redeliveryDelay: 10ms, maximumRedeliveryDelay: 10ms}
                      steps:
                        - to: %s
                """.formatted(sink.url()));
        sink.failWith(500); // what camel-http does not repeat by itself
        try (GatewayProcess gateway = GatewayProcess.start(home, directory, Map.of())) {
            Http http = new Http(gateway.baseUrl());
            for (int run = 0; run < 10; run++) {
                store(http, Sample.envelopes(Sample.runId(), 5)); // more than may die of the outage
            }

            // When
            await().atMost(PATIENCE).until(() -> sink.received().size() > 100);
            await().atMost(PATIENCE).until(() -> gateway.command("subscriptions", "list")
                    .output()
                    .matches("(?s)crm: retrying since .* retrying 10, .*"));
            String away = gateway.command("subscriptions", "show", "crm").output();
            String metrics = http.get("/metrics").send().text();
            int health = http.get("/v1/federation/health").send().status();
            int stopped = gateway.stop();
            int before = sink.received().size();
            gateway.start();
            await().atMost(PATIENCE).until(() -> sink.received().size() > before);
            sink.failWith(200);
            await().atMost(PATIENCE)
                    .until(() ->
                            gateway.command("subscriptions", "list").output().contains("crm: running, lag 0 records"));
            gateway.command("subscriptions", "redrive", "crm", "all"); // four of each start at most
            await().atMost(PATIENCE)
                    .until(() ->
                            gateway.command("subscriptions", "list").output().contains("retrying 0, dead letters 0"));

            // Then
            assertThat(away)
                    .contains("crm: retrying since ", " times since ", "next try from ", "statusCode: 500")
                    .containsPattern("retrying 10, dead letters [0-4]\\s");
            assertThat(metrics)
                    .contains("agentos_federation_subscription_retrying{subscription=\"crm\"} 10.0")
                    .contains("agentos_federation_subscription_running{subscription=\"crm\"} 1.0")
                    .doesNotContain("agentos_federation_subscription_failing_seconds{subscription=\"crm\"} 0.0");
            assertThat(health).isEqualTo(200);
            assertThat(stopped).isZero();
            assertThat(ids()).hasSize(50);
            assertOrder();
            assertEachAttemptCounted();
        }
    }

    private void assertEachAttemptCounted() {
        Map<String, Integer> attempts = new HashMap<>();
        for (CountingSink.Received event : sink.received()) {
            String id = event.header("AgentosRunId") + event.header("AgentosEventId");
            assertThat(event.header("AgentosDeliveryAttempt")).isEqualTo("" + attempts.merge(id, 1, Integer::sum));
        }
    }

    /** A kill may bring a run back to an event it had, never forward over one it had not. */
    private void assertOrder() {
        Map<String, Long> highest = new HashMap<>();
        for (CountingSink.Received event : sink.received()) {
            String run = event.header("AgentosRunId");
            long sequence = Long.parseLong(event.header("AgentosSequence"));
            assertThat(sequence).as(run).isLessThanOrEqualTo(highest.getOrDefault(run, 0L) + 1);
            highest.merge(run, sequence, Math::max);
        }
    }

    private Set<String> ids() {
        Set<String> ids = new HashSet<>();
        sink.received().forEach(event -> ids.add(event.header("AgentosRunId") + event.header("AgentosEventId")));
        return ids;
    }

    private static void store(Http http, String... envelopes) {
        Answer answer = http.post("/v1/federation/events:ingest")
                .tenant(Sample.TENANT)
                .json(Sample.batch("peer_ci", envelopes))
                .send();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }

    /** The packaged application with routes of its own. */
    private Path home() {
        Path application = GatewayProcess.application();
        Path home = directory.resolve("home");
        try {
            Files.createDirectories(home);
            Files.createSymbolicLink(home.resolve("lib"), application.resolve("lib"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (String folder : List.of("bin", "config", "routes")) {
            copy(application, folder, home);
        }
        return home;
    }

    private static void copy(Path from, String folder, Path to) {
        try (Stream<Path> files = Files.walk(from.resolve(folder))) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
