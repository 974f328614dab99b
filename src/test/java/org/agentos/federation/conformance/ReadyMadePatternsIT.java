package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.CountingSink;
import org.agentos.federation.support.ExtendedHome;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Http;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** The route template and the Kamelets that come with the packaged application, and a Kamelet that somebody drops in. */
class ReadyMadePatternsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    static Path directory;

    private static CountingSink crm;
    private static CountingSink other;
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        if (System.getProperty("federation.base-url") != null) {
            throw new TestAbortedException("needs control of the gateway's process");
        }
        crm = CountingSink.open();
        other = CountingSink.open();
        crm.failTimes(3);
        ExtendedHome home = ExtendedHome.in(directory)
                .sample("send-by-template.yaml")
                .sample("derive-events.yaml")
                .setting("ext.crm.url", crm.url());
        Files.writeString(home.path().resolve("routes/kamelets/ext-post-sink.kamelet.yaml"), """
                apiVersion: camel.apache.org/v1
                kind: Kamelet
                metadata:
                  name: ext-post-sink
                  labels:
                    camel.apache.org/kamelet.type: sink
                spec:
                  definition:
                    title: Post
                    type: object
                    required: [url]
                    properties:
                      url:
                        title: URL
                        type: string
                  template:
                    from:
                      uri: kamelet:source
                      steps:
                        - setHeader: {name: X-By, constant: kamelet}
                        - to: {uri: "{{url}}"}
                """);
        Files.writeString(home.path().resolve("routes/extensions/dropped.yaml"), """
                - route:
                    id: ext-dropped
                    from:
                      uri: kamelet:agentos-event-source
                      parameters: {subscription: ext-dropped, types: dropped}
                      steps:
                        - to:
                            uri: kamelet:ext-post-sink
                            parameters: {url: "%s"}
                """.formatted(other.url()));
        gateway = GatewayProcess.start(home.path(), directory, Map.of());
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
            crm.close();
            other.close();
        }
    }

    @Test
    void shouldSendByTheTemplateUntilTheSinkTakesIt() {
        // Given
        String run = Sample.runId();
        List<String> types = List.of("agentos.run.queued", "agentos.step.started", "agentos.run.started");
        List<String> events = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            events.add(Sample.event(run, "e" + i, "\"sequence\":" + (i + 1) + ",\"type\":\"" + types.get(i) + "\""));
        }

        // When
        store(events.toArray(String[]::new));
        await().atMost(PATIENCE).until(() -> lag("ext-crm").contains("lag 0 records"));

        // Then
        assertThat(crm.received())
                .filteredOn(received -> run.equals(received.header("AgentosRunId")))
                .extracting(received -> received.header("AgentosEventId"))
                .endsWith("e2")
                .contains("e0")
                .doesNotContain("e1");
        assertThat(lag("ext-crm")).contains("dead letters 0");
    }

    @Test
    void shouldTakeFromAndAppendToTheLogByKamelets() {
        // Given
        String run = Sample.runId();

        // When
        store(Sample.event(run, "e1", "\"type\":\"agentos.run.failed\""));

        // Then
        String noted = "\"event_id\":\"failed-" + run + "-e1\"";
        await().atMost(PATIENCE).until(() -> page("ext_failed_runs").contains(noted));
        assertThat(page("ext_failed_runs")).contains("\"failed_run_id\":\"" + run + "\"");
    }

    @Test
    void shouldUseAKameletThatWasDroppedIn() {
        // Given
        String run = Sample.runId();

        // When
        store(Sample.event(run, "e1", "\"type\":\"dropped\""));

        // Then
        await().atMost(PATIENCE).until(() -> !other.received().isEmpty());
        assertThat(other.received()).singleElement().satisfies(received -> {
            assertThat(received.header("X-By")).isEqualTo("kamelet");
            assertThat(received.header("AgentosRunId")).isEqualTo(run);
        });
    }

    @Test
    void shouldShowAndTryRoutesOfTemplatesAndKamelets() {
        // When
        GatewayProcess.Ended shown = gateway.command("routes", "show");
        GatewayProcess.Ended looked = gateway.command("routes", "lint");
        GatewayProcess.Ended tried = gateway.command("routes", "test", sample("send-by-template.yaml"));
        GatewayProcess.Ended derived = gateway.command("routes", "test", sample("derive-events.yaml"));

        // Then
        assertThat(shown.output())
                .contains("  ext-send-to-crm [null]\n    from event-log:ext-crm\n    to {{ext.crm.url}}\n");
        assertThat(looked.exitCode()).as(looked.output()).isZero();
        assertThat(tried.exitCode()).as(tried.output()).isZero();
        assertThat(tried.output()).contains("ext-crm: handled", "to " + crm.url());
        assertThat(derived.exitCode()).as(derived.output()).isZero();
        assertThat(derived.output()).contains("ext-derive-events: handled", "to event-log://agentos-event-sink");
    }

    private static String sample(String name) {
        return directory.resolve("home/routes/extensions/samples/" + name).toString();
    }

    private static String lag(String subscription) {
        return gateway.command("subscriptions", "show", subscription).output();
    }

    private static void store(String... events) {
        Answer answer = new Http(gateway.baseUrl())
                .post("/v1/federation/events:ingest")
                .tenant(Sample.TENANT)
                .json(Sample.batch("peer_ci", events))
                .send();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }

    private static String page(String run) {
        return new Http(gateway.baseUrl())
                .get("/v1/federation/runs/" + run + "/events")
                .tenant(Sample.TENANT)
                .header("Accept", "application/json")
                .send()
                .text();
    }
}
