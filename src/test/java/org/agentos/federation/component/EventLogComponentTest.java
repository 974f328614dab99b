package org.agentos.federation.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.store.RocksEventLog;
import org.agentos.federation.ingest.EventReader;
import org.agentos.federation.settings.EventLogSettings;
import org.agentos.federation.subscription.RedeliveryPolicy;
import org.agentos.federation.subscription.Subscriptions;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventLogComponentTest {
    private static final RunKey RUN = new RunKey("tnt_a", "run_1");

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private RocksEventLog log;
    private Subscriptions subscriptions;

    @BeforeEach
    void open() {
        log = RocksEventLog.open(
                new EventLogSettings(directory, 8 << 20, 100_000, 1 << 20, 16 << 20, 16 << 20, false),
                InstantSource.system(),
                new SecureRandom());
        subscriptions = new Subscriptions(
                log.feed(),
                log.subscriptions(),
                log.epoch(),
                new SimpleMeterRegistry(),
                InstantSource.system(),
                System::nanoTime,
                timers);
        camel.getRegistry()
                .bind("eventLogAccess", new EventLogAccess(log, new EventReader(1000), subscriptions, timers));
        camel.start();
    }

    @AfterEach
    void close() {
        camel.stop();
        log.close();
        timers.shutdownNow();
    }

    @Test
    void shouldAppendOnceWhatIsSentTwice() {
        // Given
        String event = "{\"event\":{\"event_id\":\"e1\",\"run_id\":\"run_1\",\"sequence\":7}}";

        // When
        Exchange first = send(event, Map.of("AgentosTenantId", "tnt_a"));
        Exchange second = send(event, Map.of("AgentosTenantId", "tnt_a"));

        // Then
        assertThat(first.getMessage().getHeader("AgentosVerdict")).isEqualTo("accepted");
        assertThat(second.getMessage().getHeader("AgentosVerdict")).isEqualTo("duplicate");
        assertThat(log.read(RUN, Position.START, 10, 1000).events())
                .singleElement()
                .satisfies(stored -> assertThat(stored.envelope()).hasToString(event));
    }

    @Test
    void shouldTakeTheTenantTheEventNames() {
        // When
        Exchange sent = send("{\"event_id\":\"e1\",\"run_id\":\"run_1\",\"tenant_id\":\"tnt_a\"}", Map.of());

        // Then
        assertThat(sent.getException()).isNull();
        assertThat(log.find(RUN)).isPresent();
    }

    @Test
    void shouldFailWithTheReasonWhenAnEventIsNotTaken() {
        // Given
        send(event("e1", 7), Map.of("AgentosTenantId", "tnt_a"));

        // When / Then
        assertRefused(send(event("e2", 5), Map.of("AgentosTenantId", "tnt_a")), "late", "sequence");
        assertRefused(send(event("e2", 7), Map.of("AgentosTenantId", "tnt_a")), "conflict", "other_event_id");
        assertRefused(
                send(event("e2", 8), Map.of()),
                "invalid",
                "neither the header AgentosTenantId nor the event names a tenant");
        assertRefused(
                send(event("e2", 8), Map.of("AgentosTenantId", "tnt_a", "AgentosRunId", "other")),
                "invalid",
                "run_id is not the one of the header AgentosRunId");
        assertRefused(
                send("{\"event_id\":\"e2\",\"run_id\":\"r\",\"tenant_id\":\"t\"}", Map.of("AgentosTenantId", "tnt_a")),
                "tenant_mismatch",
                "the event names another tenant");
        assertRefused(
                send(event("e2", 8), Map.of("AgentosTenantId", "tnt_a\0run")),
                "invalid",
                "the tenant contains a control character");
        assertRefused(send(event("e2", 8), Map.of("AgentosTenantId", "")), "invalid", "the tenant is empty");
        assertRefused(send("no", Map.of()), "invalid", "the body is not JSON");
        assertRefused(send("{}", Map.of()), "invalid", "event_id is missing");
    }

    @Test
    void shouldBeInTheCatalogWithItsParametersAndHeaders() throws Exception {
        // When
        JsonNode entry = new ObjectMapper().readTree(camel.getComponentParameterJsonSchema("event-log"));

        // Then
        assertThat(entry.at("/component/syntax").asText()).isEqualTo("event-log:name");
        assertThat(entry.get("properties").fieldNames())
                .toIterable()
                .contains("name", "from", "types", "tenantId", "runId", "maxInFlight", "maxDeadLetters")
                .contains("maximumRedeliveries", "redeliveryDelay", "backOffMultiplier", "maximumRedeliveryDelay");
        assertThat(entry.at("/properties/maxInFlight/defaultValue").asInt()).isEqualTo(50);
        assertThat(entry.at("/properties/maximumRedeliveries/defaultValue").asInt())
                .isEqualTo(RedeliveryPolicy.DEFAULT.maximumRedeliveries());
        assertThat(entry.get("headers").fieldNames())
                .toIterable()
                .contains(
                        "AgentosEventId",
                        "AgentosSequence",
                        "AgentosRunId",
                        "AgentosTenantId",
                        "AgentosEventType",
                        "AgentosPosition",
                        "AgentosDeliveryAttempt");
    }

    @Test
    void shouldGoOnWhenItsRouteWasSuspendedOrStopped() throws Exception {
        // Given
        List<String> delivered = new CopyOnWriteArrayList<>();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("event-log:crm?from=earliest")
                        .routeId("crm")
                        .process(exchange -> delivered.add(exchange.getIn().getHeader("AgentosEventId", String.class)));
            }
        });
        send(event("e1", 1), Map.of("AgentosTenantId", "tnt_a"));
        await().atMost(PATIENCE).until(() -> delivered.size() == 1);

        // When
        camel.getRouteController().suspendRoute("crm");
        send(event("e2", 2), Map.of("AgentosTenantId", "tnt_a"));
        boolean paused = subscriptions.status("crm").orElseThrow().state().equals("paused");
        camel.getRouteController().resumeRoute("crm");
        await().atMost(PATIENCE).until(() -> delivered.size() == 2);
        camel.getRouteController().stopRoute("crm");
        send(event("e3", 3), Map.of("AgentosTenantId", "tnt_a"));
        boolean idle = subscriptions.status("crm").orElseThrow().state().equals("idle");
        camel.getRouteController().startRoute("crm");
        await().atMost(PATIENCE).until(() -> delivered.size() == 3);

        // Then
        assertThat(paused).isTrue();
        assertThat(idle).isTrue();
        assertThat(delivered).containsExactly("e1", "e2", "e3");
    }

    @Test
    void shouldTakeARollbackForAFailureAndAHandledFailureForASuccess() throws Exception {
        // Given
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("event-log:rolls-back?maximumRedeliveries=0")
                        .routeId("rolls-back")
                        .markRollbackOnly();
                from("event-log:handles")
                        .routeId("handles")
                        .onException(IllegalStateException.class)
                        .handled(true)
                        .end()
                        .throwException(new IllegalStateException("no"));
            }
        });

        // When
        send(event("e1", 1), Map.of("AgentosTenantId", "tnt_a"));
        await().atMost(PATIENCE)
                .until(() -> subscriptions.list().stream().allMatch(status -> status.lagEntries() == 0));

        // Then
        assertThat(subscriptions.deadPlaces("handles")).isEmpty();
        assertThat(subscriptions.dead("rolls-back", FeedPlace.START, 9))
                .singleElement()
                .satisfies(letter -> assertThat(letter.reason()).contains("the route rolled back"));
    }

    @Test
    void shouldGiveAnEventToItsRouteAgainAsTheUriSaysAndTellHowOftenItFailed() throws Exception {
        // Given
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("event-log:crm?maximumRedeliveries=3&redeliveryDelay=1ms&backOffMultiplier=1.5"
                                + "&maximumRedeliveryDelay=5")
                        .routeId("crm")
                        .process(exchange ->
                                attempts.add(exchange.getIn().getHeader("AgentosDeliveryAttempt", Integer.class)))
                        .throwException(new IllegalStateException("no"));
            }
        });

        // When
        send(event("e1", 1), Map.of("AgentosTenantId", "tnt_a"));
        await().atMost(PATIENCE).until(() -> !subscriptions.deadPlaces("crm").isEmpty());

        // Then
        assertThat(attempts).containsExactly(1, 2, 3, 4);
        assertThat(subscriptions.dead("crm", FeedPlace.START, 9))
                .singleElement()
                .satisfies(letter -> assertThat(letter.attempts()).isEqualTo(4));
    }

    @Test
    void shouldRedeliverNothingThatTheRouteMarkedAsADeadLetter() throws Exception {
        // Given
        List<String> delivered = new CopyOnWriteArrayList<>();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("event-log:crm?redeliveryDelay=1ms")
                        .routeId("crm")
                        .onException(IllegalArgumentException.class)
                        .setProperty("AgentosDeadLetter", constant(true))
                        .end()
                        .process(exchange -> delivered.add(exchange.getIn().getHeader("AgentosEventId", String.class)))
                        .throwException(new IllegalArgumentException("unfit"));
            }
        });

        // When
        send(event("e1", 1), Map.of("AgentosTenantId", "tnt_a"));
        send(event("e2", 2), Map.of("AgentosTenantId", "tnt_a"));
        await().atMost(PATIENCE).until(() -> subscriptions.deadPlaces("crm").size() == 2);

        // Then
        assertThat(delivered).containsExactly("e1", "e2");
    }

    @Test
    void shouldNameTheParameterThatCannotBe() {
        assertThatThrownBy(() -> camel.getEndpoint("event-log:crm?redeliveryDelay=2m", EventLogEndpoint.class)
                        .spec())
                .hasMessage("subscription crm: maximumRedeliveryDelay is 60000ms, it must be from redeliveryDelay"
                        + " (120000ms) to 24h");
        assertThatThrownBy(() -> camel.getEndpoint("event-log:crm?maximumRedeliveries=-2", EventLogEndpoint.class)
                        .spec())
                .hasMessage("subscription crm: maximumRedeliveries is -2, it must be from -1 (without end) to 1000000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"maximumRedeliveries=5x", "maxInFlight=many", "maxDeadLetters=1.5"})
    void shouldTakeNothingForANumberThatIsNone(String parameter) {
        String[] given = parameter.split("=", 2);

        assertThatThrownBy(() -> camel.getEndpoint("event-log:crm?" + parameter))
                .hasStackTraceContaining(
                        "subscription crm: " + given[0] + " is '" + given[1] + "', which is no whole number");
    }

    private static String event(String id, int sequence) {
        return "{\"event_id\":\"" + id + "\",\"run_id\":\"run_1\",\"sequence\":" + sequence + "}";
    }

    private Exchange send(String body, Map<String, Object> headers) {
        return camel.createProducerTemplate().request("event-log:own", exchange -> {
            exchange.getIn().setBody(body);
            exchange.getIn().setHeaders(new HashMap<>(headers));
        });
    }

    private static void assertRefused(Exchange exchange, String status, String reason) {
        assertThat(exchange.getException(EventNotAcceptedException.class))
                .isNotNull()
                .satisfies(refused -> {
                    assertThat(refused.status()).isEqualTo(status);
                    assertThat(refused.reason()).isEqualTo(reason);
                });
    }
}
