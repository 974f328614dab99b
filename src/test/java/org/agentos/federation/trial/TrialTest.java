package org.agentos.federation.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agentos.federation.settings.SettingsLoader;
import org.agentos.federation.support.CountingSink;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an author of routes learns of them before any gateway loads them. */
class TrialTest {
    private static final String CRM = """
            - route:
                id: ext-crm
                from:
                  uri: event-log:crm
                  parameters: {types: "agentos.run.*"}
                  steps:
                    - setHeader: {name: X-Of, constant: crm}
                    - to: http://127.0.0.1:1/hook
            """;

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("a.yaml");
    }

    @Test
    void shouldTellWhatWouldBeSentWhere() throws Exception {
        // Given
        Path events = directory.resolve("events.ndjson");
        Files.writeString(events, """
                {"event":{"event_id":"e1","run_id":"r1","sequence":1,"type":"agentos.run.started","n":1.00}}
                {"event_id":"e2","run_id":"r1","sequence":2,"type":"other","tenant_id":"tnt_x"}
                """);

        // When
        TrialReport report = trial(CRM, Optional.of(events));

        // Then
        assertThat(report.problems()).isEmpty();
        assertThat(report.lines())
                .containsExactly(
                        "event 1 agentos.run.started tnt_sample/r1 e1",
                        "  crm: handled",
                        "    to http://127.0.0.1:1/hook",
                        "      AgentosDeliveryAttempt: 1",
                        "      AgentosEventId: e1",
                        "      AgentosEventType: agentos.run.started",
                        "      AgentosPosition: 1.0",
                        "      AgentosRunId: r1",
                        "      AgentosSequence: 1",
                        "      AgentosTenantId: tnt_sample",
                        "      X-Of: crm",
                        "      | {\"event\":{\"event_id\":\"e1\",\"run_id\":\"r1\",\"sequence\":1,"
                                + "\"type\":\"agentos.run.started\",\"n\":1.00}}",
                        "event 2 other tnt_x/r1 e2",
                        "  crm: not wanted",
                        "2 events: 1 handled, 0 dead letters, 0 not done, 1 not wanted; 1 sent, recorded only");
    }

    @Test
    void shouldHaveOneBuiltInEventOfEachKind() throws Exception {
        // When
        TrialReport report = trial(CRM, Optional.empty());

        // Then
        assertThat(report.problems()).isEmpty();
        assertThat(report.lines())
                .contains("event 9 (no type) tnt_sample/run_sample evt_sample_9")
                .anyMatch(line -> line.startsWith("event 13 agentos.run.failed "))
                .endsWith("14 events: 5 handled, 0 dead letters, 0 not done, 9 not wanted; 5 sent, recorded only");
    }

    @Test
    void shouldGiveTheBuiltInEventsTheTenantAndRunThatAreAskedFor() throws Exception {
        // When
        TrialReport report = trial("""
                - from:
                    uri: event-log:one
                    parameters: {tenantId: tnt_b, runId: run_b, types: agentos.run.completed}
                    steps:
                      - to: log:here
                """, Optional.empty());

        // Then
        assertThat(report.problems()).isEmpty();
        assertThat(report.lines())
                .contains("event 12 agentos.run.completed tnt_b/run_b evt_sample_12", "  one: handled");
    }

    @Test
    void shouldTellDeadLettersWithTheAttemptsBefore() throws Exception {
        // When
        TrialReport report = trial("""
                - beans:
                    - name: refuseExt
                      type: org.agentos.federation.extension.SignWebhook
                - routeConfiguration:
                    id: ext-twice
                    onException:
                      - onException:
                          exception: [java.lang.IllegalStateException]
                          redeliveryPolicy: {maximumRedeliveries: "2", redeliveryDelay: "1"}
                - route:
                    id: ext-fails
                    routeConfigurationId: ext-twice
                    from:
                      uri: event-log:fails
                      parameters: {types: agentos.run.failed}
                      steps:
                        - to: {uri: "direct:ext-inner"}
                - route:
                    id: ext-inner
                    routeConfigurationId: leave-errors-to-caller
                    from:
                      uri: direct:ext-inner
                      steps:
                        - to: file:archive
                        - process: {ref: refuseExt}
                """, Optional.empty());

        // Then
        assertThat(report.problems()).containsExactly("1 event became a dead letter");
        assertThat(report.lines())
                .anyMatch(line -> line.startsWith("  fails: DEAD LETTER, java.lang.IllegalStateException: "))
                .endsWith("14 events: 0 handled, 1 dead letters, 0 not done, 13 not wanted; 3 sent, recorded only")
                .filteredOn("    to file://archive"::equals)
                .hasSize(3);
        assertThat(Path.of("archive")).doesNotExist();
    }

    @Test
    void shouldTellWhatARouteHandledItself() throws Exception {
        // When
        TrialReport report = trial("""
                - route:
                    id: ext-handles
                    from:
                      uri: event-log:handles
                      parameters: {types: agentos.run.failed}
                      steps:
                        - doTry:
                            steps:
                              - throwException: {exceptionType: java.io.IOException, message: no room}
                            doCatch:
                              - exception: [java.io.IOException]
                                steps:
                                  - to: http://127.0.0.1:1/bin
                """, Optional.empty());

        // Then
        assertThat(report.problems()).isEmpty();
        assertThat(report.lines()).contains("  handles: handled, after java.io.IOException: no room");
    }

    @Test
    void shouldTryRoutesOfTemplatesAndOfKamelets() throws Exception {
        // When
        TrialReport report = trial("""
                - templatedRoute:
                    routeTemplateRef: subscribe-and-send
                    routeId: ext-templated
                    parameters:
                      - {name: subscription, value: templated}
                      - {name: to, value: "http://127.0.0.1:1/hook"}
                      - {name: types, value: agentos.run.failed}
                - route:
                    id: ext-kamelet
                    from:
                      uri: kamelet:agentos-event-source
                      parameters: {subscription: kamelet, types: agentos.run.failed}
                      steps:
                        - setBody: {constant: '{"event_id":"e1","run_id":"other","type":"noted"}'}
                        - removeHeaders: {pattern: AgentosRunId}
                        - to: {uri: "kamelet:agentos-event-sink"}
                """, Optional.empty());

        // Then
        assertThat(report.problems()).isEmpty();
        assertThat(report.lines())
                .contains("  templated: handled", "    to http://127.0.0.1:1/hook")
                .contains("  kamelet: handled")
                .anyMatch(line -> line.startsWith("    to event-log://agentos-event-sink"));
    }

    @Test
    void shouldSendForRealWhenTold() throws Exception {
        // Given
        try (CountingSink sink = CountingSink.open()) {
            sink.failTimes(1);

            // When
            TrialReport report = Trial.run(new Trial.Request(
                    settings(),
                    List.of(write(CRM.replace("http://127.0.0.1:1/hook", sink.url()))),
                    Optional.empty(),
                    true,
                    Duration.ofSeconds(60)));

            // Then
            assertThat(sink.received()).hasSize(5);
            assertThat(report.problems()).containsExactly("1 event became a dead letter");
            assertThat(report.lines())
                    .anyMatch(line -> line.contains("DEAD LETTER") && line.contains("statusCode: 500"))
                    .endsWith("14 events: 4 handled, 1 dead letters, 0 not done, 9 not wanted; 5 sent");
        }
    }

    @Test
    void shouldStopWaitingForARouteThatHangs() throws Exception {
        // When
        TrialReport report = Trial.run(
                new Trial.Request(settings(), List.of(write("""
                        - route:
                            id: ext-hangs
                            from:
                              uri: event-log:hangs
                              parameters: {types: agentos.run.failed}
                              steps:
                                - delay: {constant: "3600000"}
                        """)), Optional.empty(), false, Duration.ofSeconds(1)));

        // Then
        assertThat(report.problems()).containsExactly("not all was done within 1s");
        assertThat(report.lines()).contains("  hangs: NOT DONE within 1s");
    }

    @Test
    void shouldNotTakeRoutesForTriedThatGotNothing() throws Exception {
        // When
        TrialReport report = trial(CRM.replace("agentos.run.*", "crm.*"), Optional.empty());

        // Then
        assertThat(report.problems())
                .containsExactly(
                        "nothing came to event-log:crm: no event is of types=crm.*, stored after from=earliest;"
                                + " give some by --events FILE");
    }

    @Test
    void shouldLeaveOutRoutesThatTakeFromElsewhere() throws Exception {
        // When
        TrialReport report = trial(CRM + """
                - route:
                    id: ext-serves
                    from:
                      uri: platform-http:/ext/serves
                      steps:
                        - process: {ref: admitRunReader}
                """, Optional.empty());

        // Then
        assertThat(report.problems()).isEmpty();
        assertThat(report.lines())
                .contains("note: route ext-serves takes from platform-http:/ext/serves and is not tried");
    }

    @Test
    void shouldSayWhatKeepsRoutesFromBeingTried() throws Exception {
        assertThat(problems("a: b: c")).singleElement().asString().contains("a.yaml is not a file of routes", "line 1");
        assertThat(problems("- from:\n    uri: direct:x\n    steps:\n      - to: log:x\n"))
                .containsExactly("no route takes from event-log:NAME, so no event would come to one");
        assertThat(problems(CRM.replace("http://127.0.0.1:1/hook", "jms:queue:runs")))
                .containsExactly("a.yaml: route ext-crm uses jms, a component that is neither in lib nor in lib/ext;"
                        + " camel-jms has it as a rule, of the version of lib/camel-api");
        assertThat(problems(CRM.replace("- to: http://127.0.0.1:1/hook", "- process: {ref: nobody}")))
                .singleElement()
                .asString()
                .startsWith("there is no bean nobody: declare it under beans in the file.");
        assertThat(problems(CRM.replace("http://127.0.0.1:1/hook", "'{{ext.crm.url}}'")))
                .containsExactly("{{ext.crm.url}} is not set; give it in config/application.properties, or a default:"
                        + " {{ext.crm.url:default}}");
        assertThat(problems(CRM.replace("http://127.0.0.1:1/hook", "'{{env:EXT_NO_SUCH}}'")))
                .containsExactly("the environment variable EXT_NO_SUCH is not set");
        assertThat(problems(CRM.replace("setHeader:", "setHaeder:"))).anyMatch(line -> line.contains("setHaeder"));
        assertThat(problems(CRM.replace("types:", "tpyes:"))).anyMatch(line -> line.contains("tpyes"));
    }

    @Test
    void shouldNameEveryEventThatCannotBeUsed() throws Exception {
        // Given
        Path events = directory.resolve("events.json");
        Files.writeString(events, "[{\"event_id\":\"e1\"},\n17,\n{\"event_id\":\"e2\",\"run_id\":\"r\"}]");

        // When
        TrialException refused = catchThrowableOfType(TrialException.class, () -> trial(CRM, Optional.of(events)));

        // Then
        assertThat(refused.problems())
                .containsExactly(
                        events + ", event 1 in line 1: run_id is missing",
                        events + ", event 2 in line 2: an event must be a JSON object");
    }

    @Test
    void shouldNameEventsThatNoLogWouldStore() throws Exception {
        // Given
        Path events = directory.resolve("events.json");
        String event = "{\"event_id\":\"e%d\",\"run_id\":\"r\",\"sequence\":%d}";
        Files.writeString(events, event.formatted(1, 2) + event.formatted(2, 1) + event.formatted(1, 2));

        // When
        TrialException refused = catchThrowableOfType(TrialException.class, () -> trial(CRM, Optional.of(events)));

        // Then
        assertThat(refused.problems())
                .containsExactly(
                        "event 2, e2, would not be stored: late, sequence",
                        "event 3, e1, would not be stored: duplicate");
    }

    private List<String> problems(String yaml) {
        TrialException refused = catchThrowableOfType(TrialException.class, () -> trial(yaml, Optional.empty()));
        return refused.problems();
    }

    private TrialReport trial(String yaml, Optional<Path> events) throws Exception {
        return Trial.run(new Trial.Request(settings(), List.of(write(yaml)), events, false, Duration.ofSeconds(60)));
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(file, yaml);
    }

    private org.agentos.federation.settings.Settings settings() throws IOException {
        return SettingsLoader.load(
                Path.of("").toAbsolutePath(),
                Map.of(
                        "AGENTOS_FED_DATA_DIR",
                        Files.createTempDirectory(directory, "data").toString()));
    }
}
