package org.agentos.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.agentos.federation.control.ControlClient;
import org.agentos.federation.operator.SubscriptionCommands;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.SettingsLoader;
import org.agentos.federation.settings.StartupException;
import org.agentos.federation.support.CountingSink;
import org.agentos.federation.support.FreePort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes of integrators that consume from the event log and append to it, by YAML alone. */
class EventLogRoutesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String RUN_STARTED =
            "{\"event_id\":\"e1\",\"run_id\":\"run_1\",\"type\":\"agentos.run.started\",\"sequence\":1}";
    private static final String STEP =
            "{\"event_id\":\"e2\",\"run_id\":\"run_1\",\"type\":\"agentos.step\",\"sequence\":2}";

    @TempDir
    Path home;

    private final HttpClient http = HttpClient.newHttpClient();
    private final CountingSink sink = CountingSink.open();

    @BeforeEach
    void copyHome() {
        copy(Path.of("routes"));
        copy(Path.of("config"));
    }

    @AfterEach
    void close() {
        sink.close();
    }

    @Test
    void shouldDeliverByTheLeastFormOfARoute() throws IOException {
        // Given
        route("crm", "event-log:crm", "parameters: {from: earliest, types: \"agentos.run.*\"}");

        try (Gateway gateway = Gateway.start(settings())) {
            // When
            ingest(gateway, RUN_STARTED + "," + STEP);
            await().atMost(PATIENCE).until(() -> sink.received().size() == 1);

            // Then
            CountingSink.Received event = sink.received().get(0);
            assertThat(event.body()).isEqualTo("{\"event\":" + RUN_STARTED + "}");
            assertThat(event.header("AgentosEventId")).isEqualTo("e1");
            assertThat(event.header("AgentosSequence")).isEqualTo("1");
            assertThat(event.header("AgentosRunId")).isEqualTo("run_1");
            assertThat(event.header("AgentosTenantId")).isEqualTo("tnt_demo");
            assertThat(event.header("AgentosEventType")).isEqualTo("agentos.run.started");
            assertThat(event.header("AgentosPosition")).isEqualTo("1.0");
            assertThat(event.header("AgentosDeliveryAttempt")).isEqualTo("1");
            assertThat(get(gateway, "/metrics"))
                    .contains("agentos_federation_subscription_delivered_total{subscription=\"crm\"} 1.0");
        }
    }

    @Test
    void shouldKeepWhatTheRouteCouldNotDeliverUntilItIsDrivenAgain() throws Exception {
        // Given
        route("crm", "event-log:crm", "parameters: {from: earliest, maximumRedeliveries: 0}");
        sink.failWith(500);

        try (Gateway gateway = Gateway.start(settings())) {
            ingest(gateway, RUN_STARTED + "," + STEP);
            await().atMost(PATIENCE).until(() -> ask("list").contains("dead letters 2"));
            String shown = ask("show crm");

            // When
            sink.failWith(200);
            String redriven = ask("redrive crm 1.0");
            await().atMost(PATIENCE).until(() -> ask("list").contains("dead letters 1"));
            String skipped = ask("skip crm all");

            // Then
            assertThat(shown).contains("1.0 tenant tnt_demo run run_1 died", "attempts 1:", "500");
            assertThat(redriven).startsWith("1 dead letters are being delivered again");
            assertThat(skipped).isEqualTo("1 dead letters will not be delivered any more");
            assertThat(ask("list")).endsWith("dead letters 0");
            assertThat(sink.received())
                    .extracting(event -> event.header("AgentosDeliveryAttempt"))
                    .containsExactly("1", "1", "2");
            assertThat(ask("skip crm 9.9")).isEqualTo("subscription crm has no dead letter 9.9");
            assertThat(ask("show nobody")).isEqualTo("there is no subscription nobody");
        }
    }

    @Test
    void shouldLetTheRoutesOwnPolicyRedeliver() throws IOException {
        // Given
        write("routes/extensions/policy.yaml", """
                - routeConfiguration:
                    id: ext-redeliver
                    onException:
                      - onException:
                          exception: [java.lang.Exception]
                          redeliveryPolicy:
                            maximumRedeliveries: "10"
                            redeliveryDelay: "1"
                            useExponentialBackOff: "true"
                            backOffMultiplier: "2"
                            maximumRedeliveryDelay: "60000"
                            asyncDelayedRedelivery: "true"
                """);
        route("crm", "event-log:crm", "parameters: {from: earliest}", "routeConfigurationId: ext-redeliver");
        sink.failTimes(3);

        try (Gateway gateway = Gateway.start(settings())) {
            // When
            ingest(gateway, RUN_STARTED);
            await().atMost(PATIENCE).until(() -> get(gateway, "/metrics")
                    .contains("agentos_federation_subscription_delivered_total{subscription=\"crm\"} 1.0"));

            // Then
            assertThat(sink.received()).hasSize(4);
            assertThat(get(gateway, "/metrics"))
                    .contains("agentos_federation_subscription_redelivered_total{subscription=\"crm\"} 3.0");
        }
    }

    @Test
    void shouldAppendWhatARouteSends() throws IOException {
        // Given
        route("crm", "event-log:crm", "parameters: {from: earliest, types: \"acme.*\"}");
        write("routes/extensions/enrich.yaml", """
                - route:
                    id: ext-enrich
                    from:
                      uri: event-log:enrich
                      parameters: {types: "agentos.run.started"}
                      steps:
                        - setBody:
                            simple: '{"event_id":"x-${header.AgentosEventId}","run_id":"${header.AgentosRunId}","type":"acme.seen"}'
                        - to: event-log:enrich
                """);

        try (Gateway gateway = Gateway.start(settings())) {
            // When
            ingest(gateway, RUN_STARTED);
            await().atMost(PATIENCE).until(() -> sink.received().size() == 1);

            // Then
            assertThat(sink.received().get(0).header("AgentosEventId")).isEqualTo("x-e1");
        }
    }

    @Test
    void shouldRefuseTwoConsumersOfOneName() throws IOException {
        // Given
        route("one", "event-log:crm", "parameters: {from: earliest}");
        route("two", "event-log:crm", "parameters: {from: now}");

        // When
        List<String> problems = catchThrowableOfType(StartupException.class, () -> Gateway.start(settings()))
                .problems();

        // Then
        assertThat(problems).singleElement().asString().contains("two routes consume from event-log:crm");
    }

    @Test
    void shouldNameAParameterThatIsWrong() throws IOException {
        // Given
        route("one", "event-log:crm", "parameters: {from: yesterday}");

        // When
        List<String> problems = catchThrowableOfType(StartupException.class, () -> Gateway.start(settings()))
                .problems();

        // Then
        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith("route ext-one of " + home.resolve("routes/extensions/one.yaml"))
                .contains(": from is 'yesterday', which is neither");
    }

    private void route(String id, String uri, String parameters, String... more) throws IOException {
        String text = "- route:\n    id: ext-" + id + "\n"
                + (more.length == 0 ? "" : "    " + more[0] + "\n")
                + "    from:\n      uri: " + uri + "\n      " + parameters + "\n      steps:\n"
                + "        - to: " + sink.url() + "\n";
        write("routes/extensions/" + id + ".yaml", text);
    }

    private String ask(String line) throws IOException {
        return String.join(
                "\n",
                ControlClient.ask(home.resolve("data/federation"), SubscriptionCommands.NAME, line)
                        .orElseThrow()
                        .lines());
    }

    private void ingest(Gateway gateway, String events) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.address() + "/v1/federation/events:ingest"))
                .header("Content-Type", "application/json")
                .header("X-Tenant-Id", "tnt_demo")
                .POST(HttpRequest.BodyPublishers.ofString("{\"events\":[" + events
                        + "],\"ingest\":{\"source_stack_id\":\"stk_x\",\"dedupe\":{\"mode\":\"event_id\"}}}"))
                .build();
        assertThat(send(request)).contains("\"accepted\":").doesNotContain("\"accepted\":0");
    }

    private String get(Gateway gateway, String path) {
        return send(HttpRequest.newBuilder(URI.create(gateway.address() + path)).build());
    }

    private String send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void write(String name, String text) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Settings settings() {
        return SettingsLoader.load(home, Map.of("AGENTOS_FED_HTTP_PORT", Integer.toString(FreePort.find())));
    }

    private void copy(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Files.copy(file, home.resolve(file.toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
