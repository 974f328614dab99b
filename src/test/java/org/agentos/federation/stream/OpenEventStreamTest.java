package org.agentos.federation.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.agentos.federation.audit.AuditTrail;
import org.agentos.federation.audit.StreamCloses;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.http.WorkPlace;
import org.agentos.federation.settings.AuditSettings;
import org.agentos.federation.settings.RetentionSettings;
import org.agentos.federation.settings.RetentionWindow;
import org.agentos.federation.trust.Caller;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The route file as it ships, with the bean it names. */
class OpenEventStreamTest {
    private static final List<Path> ROUTES = List.of(
            Path.of("routes/errors/refuse-clearly.yaml"),
            Path.of("routes/errors/refuse-in-stream.yaml"),
            Path.of("routes/stream/open-event-stream.yaml"));

    private static final RetentionSettings RETENTION = new RetentionSettings(
            new RetentionWindow(Duration.ofDays(7), 0, 1000),
            Map.of(),
            Duration.ofDays(30),
            Duration.ofDays(30),
            Duration.ofMinutes(1));

    private static final Processor NOTHING = exchange -> {};

    private final Gateway gateway = new Gateway();
    private final CamelContext camel = new DefaultCamelContext();
    private ProducerTemplate template;
    private AuditTrail audit;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        audit = AuditTrail.open(
                new AuditSettings("file:" + folder.resolve("audit.log"), Optional.empty(), 1 << 20, Duration.ZERO, 0),
                InstantSource.system());
        camel.getRegistry()
                .bind(
                        "openEventStream",
                        new OpenEventStream(
                                gateway.streams, new StreamCloses(audit, InstantSource.system()), RETENTION));
        camel.getRegistry().bind("refuseInStream", new RefuseInStream());
        camel.getRegistry().bind("countDenial", NOTHING);
        camel.getRegistry().bind("recordRefusal", NOTHING);
        for (Path route : ROUTES) {
            PluginHelper.getRoutesLoader(camel)
                    .loadRoutes(ResourceHelper.resolveResource(camel, "file:" + route.toAbsolutePath()));
        }
        camel.addRoutes(serveEvents());
        camel.start();
        template = camel.createProducerTemplate();
    }

    @AfterEach
    void stop() {
        camel.stop();
        audit.close();
    }

    @Test
    void shouldAnswerWithAStream() {
        Message answer = ask("tnt_a").getMessage();

        assertThat(answer.getBody()).isInstanceOf(Flow.Publisher.class);
        assertThat(answer.getHeaders())
                .containsEntry("Content-Type", "text/event-stream")
                .containsEntry("Cache-Control", "no-store, no-transform")
                .containsEntry("X-Accel-Buffering", "no")
                .containsEntry("Vary", "Accept");
    }

    @Test
    void shouldAnswerWithAPage() {
        Message answer = ask("tnt_a", "Accept: application/json").getMessage();

        assertThat(new String(answer.getBody(byte[].class), StandardCharsets.UTF_8))
                .startsWith("{\"events\":[]");
        assertThat(answer.getHeader("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void shouldHoldNoThreadWhileAPageWaits() {
        // Given
        CompletableFuture<Exchange> answer = template.asyncSend(
                "direct:open-event-stream",
                exchange -> fill(exchange, "tnt_a", "Accept: application/json", "wait_ms=9"));

        // When
        gateway.store(1, "agentos.step.done");

        // Then
        assertThat(answer.join().getMessage().getBody(String.class)).contains("\"evt_1\"");
    }

    @Test
    void shouldGiveItsPlaceBackWhileAPageWaits() {
        // Given
        AtomicInteger given = new AtomicInteger();
        CompletableFuture<Exchange> answer = template.asyncSend("direct:open-event-stream", exchange -> {
            exchange.setProperty(WorkPlace.PROPERTY, new WorkPlace(given::incrementAndGet));
            fill(exchange, "tnt_a", "Accept: application/json", "wait_ms=9");
        });

        // When
        await().until(() -> gateway.streams.openReaders() == 1);

        // Then
        await().untilAsserted(() -> assertThat(given).hasValue(1));
        assertThat(answer).isNotDone();

        // And then answers
        gateway.store(1, "agentos.step.done");
        assertThat(answer.join().getMessage().getBody(String.class)).contains("\"evt_1\"");
    }

    @Test
    void shouldAnswerTheEndWithNoContent() {
        gateway.store(1, "agentos.run.completed");

        Message answer = ask("tnt_a", "Last-Event-ID: " + gateway.cursor(1)).getMessage();

        assertThat(answer.getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(204);
        assertThat(answer.getHeader("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.getBody()).isNull();
    }

    @Test
    void shouldThrowRefusals() {
        assertThat(refusal(ask("tnt_b"))).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(refusal(ask("tnt_a", "limit=0"))).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusal(ask(null))).isEqualTo(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void shouldTellRefusalsInsideAStreamWhenAsked() {
        Message sse = ask("tnt_b", "errors=stream").getMessage();
        Message ndjson = ask("tnt_a", "errors=stream", "limit=x", "Accept: application/x-ndjson")
                .getMessage();

        assertThat(sse.getBody(String.class))
                .isEqualTo("event: agentos.error\ndata: {\"error\":{\"code\":\"not_found\",\"message\":"
                        + "\"there is no such run\",\"retryable\":false},\"correlation_id\":\"cor_1\"}\n\n");
        assertThat(sse.getHeader("Content-Type")).isEqualTo("text/event-stream");
        assertThat(ndjson.getBody(String.class))
                .startsWith("{\"agentos\":{\"error\":{\"error\":{\"code\":\"invalid_request\"")
                .endsWith("}}\n");
        assertThat(ask("tnt_refused", "errors=stream").getMessage().getBody(String.class))
                .contains("\"code\":\"forbidden\"");
        assertThat(refusal(ask("tnt_refused"))).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(refusal(ask("tnt_b", "errors=stream", "Accept: application/json")))
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    /** The route of the API without its listener: its error policy, and a step that refuses as the admit step may. */
    private static RouteBuilder serveEvents() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:serve-events")
                        .routeConfigurationId("refuse-in-stream")
                        .process(OpenEventStreamTest::admit)
                        .to("direct:open-event-stream");
            }
        };
    }

    private static void admit(Exchange exchange) {
        if (exchange.getProperty("caller", Caller.class).tenantId().equals(Optional.of("tnt_refused"))) {
            throw new FederationException(ErrorCode.FORBIDDEN, "not you");
        }
    }

    private Exchange ask(String tenant, String... queryAndHeaders) {
        return template.send("direct:serve-events", exchange -> fill(exchange, tenant, queryAndHeaders));
    }

    private static void fill(Exchange exchange, String tenant, String... queryAndHeaders) {
        exchange.setProperty("request", Gateway.inbound(queryAndHeaders));
        exchange.setProperty("caller", caller(tenant));
        exchange.getMessage().setHeader("run_id", "run_1");
    }

    private static Caller caller(String tenant) {
        return new Caller(
                Optional.ofNullable(tenant),
                Optional.of("usr_1"),
                Caller.ALL_SCOPES,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "req_1",
                "cor_1",
                Optional.empty(),
                Optional.empty());
    }

    private static ErrorCode refusal(Exchange exchange) {
        return exchange.getException(FederationException.class).code();
    }
}
