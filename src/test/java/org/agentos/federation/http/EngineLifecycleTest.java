package org.agentos.federation.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.buffer.Buffer;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.service.ServiceSupport;
import org.junit.jupiter.api.Test;

class EngineLifecycleTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final String KEEP_ALIVE = " HTTP/1.1\r\nHost: x\r\n\r\n";
    private final ProbePublisher publisher = new ProbePublisher();
    private final CountDownLatch released = new CountDownLatch(1);

    @Test
    void shouldNotStartOnAPortInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // Given
            int port = taken.getLocalPort();

            // Then
            assertThatThrownBy(() -> new TestGateway(TestGateway.limits().settings(port), new Routes()))
                    .hasStackTraceContaining("cannot listen on 127.0.0.1:" + port);
        }
    }

    @Test
    void shouldAnswer503BeforeAllRoutesHaveStarted() throws Exception {
        // Given
        AskAtStart early = new AskAtStart();
        RouteBuilder routes = new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:/early").process(early);
            }
        };

        // When
        try (TestGateway gateway = TestGateway.with(routes)) {
            // Then
            assertThat(early.answer).startsWith("HTTP/1.1 503 ");
            assertThat(gateway.get("/early").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void shouldTellThePortItBound() throws Exception {
        try (TestGateway gateway = TestGateway.with(new Routes());
                TestGateway other = TestGateway.with(new Routes())) {
            assertThat(gateway.port()).isPositive().isNotEqualTo(other.port());
            assertThat(gateway.engine.getScheme()).isEqualTo("http");
        }
    }

    @Test
    void shouldAnswer503ForASuspendedRouteAnd404ForAStoppedOne() throws Exception {
        try (TestGateway gateway = TestGateway.with(new Routes())) {
            // When
            gateway.camel.getRouteController().suspendRoute("ping");

            // Then
            assertThat(gateway.get("/ping").statusCode()).isEqualTo(503);
            assertThat(gateway.get("/ping").headers().firstValue("Retry-After")).contains("1");

            // And
            gateway.camel.getRouteController().resumeRoute("ping");
            assertThat(gateway.get("/ping").statusCode()).isEqualTo(200);
            gateway.camel.getRouteController().stopRoute("ping");
            assertThat(gateway.get("/ping").statusCode()).isEqualTo(404);
            gateway.camel.getRouteController().startRoute("ping");
            assertThat(gateway.get("/ping").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void shouldLetGoOfThePortWhenCamelStops() throws Exception {
        try (TestGateway gateway = TestGateway.with(new Routes())) {
            // Given
            int port = gateway.port();

            // When
            gateway.camel.stop();

            // Then
            await().untilAsserted(() ->
                    assertThatThrownBy(() -> new RawClient(port).close()).isInstanceOf(ConnectException.class));
            await().untilAsserted(() -> assertThat(threads()).isZero());
        }
    }

    @Test
    void shouldDrain() throws Exception {
        try (TestGateway gateway = TestGateway.with(new Routes());
                RawClient stream = gateway.raw().send("GET /stream" + KEEP_ALIVE);
                RawClient held = gateway.raw().send("GET /hold" + KEEP_ALIVE);
                RawClient late = gateway.raw().send("GET /ping");
                RawClient probe = gateway.raw().send("GET /health/live")) {
            // Given
            int port = gateway.port();
            awaitAllRead(gateway);
            await().until(() -> publisher.subscribed() && gateway.engine.openCalls() == 2);

            // When
            CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> gateway.engine.drain(LONG));

            // Then nobody new gets in
            await().untilAsserted(() ->
                    assertThatThrownBy(() -> new RawClient(port).close()).isInstanceOf(ConnectException.class));

            // And of requests that had begun only liveness is answered
            late.send(KEEP_ALIVE);
            assertThat(late.readToEnd().toLowerCase(Locale.ROOT))
                    .startsWith("http/1.1 503 ")
                    .contains("connection: close\r\n", "retry-after: 1\r\n", "\"code\":\"unavailable\"");
            probe.send(KEEP_ALIVE);
            assertThat(probe.readToEnd()).endsWith("alive");

            // And what was begun is finished
            released.countDown();
            assertThat(held.readToEnd()).startsWith("HTTP/1.1 200 ").endsWith("held");
            publisher.offer(Buffer.buffer("bye"));
            publisher.complete();
            assertThat(stream.readToEnd()).endsWith("3\r\nbye\r\n0\r\n\r\n");
            assertThat(drained.get()).isTrue();
            assertThat(gateway.engine.openConnections()).isZero();
            await().untilAsserted(() -> assertThat(threads()).isZero());
        }
    }

    /** A browser sends the next request of its EventSource on such a connection, and a 503 there ends that for good. */
    @Test
    void shouldCloseIdleConnectionsWithThePort() throws Exception {
        try (TestGateway gateway = TestGateway.with(new Routes());
                RawClient held = gateway.raw().send("GET /hold" + KEEP_ALIVE);
                RawClient stream = gateway.raw().send("GET /stream" + KEEP_ALIVE);
                RawClient idle = gateway.raw().send("GET /ping" + KEEP_ALIVE);
                RawClient silent = gateway.raw()) {
            // Given
            idle.readUntil("pong");
            await().until(() -> publisher.subscribed() && gateway.engine.openConnections() == 4);

            // When
            gateway.engine.stopAccepting();

            // Then
            assertThat(idle.readToEnd()).isEmpty();
            assertThat(silent.readToEnd()).isEmpty();
            assertThat(gateway.engine.openCalls()).isEqualTo(2);

            // And a stream that was open leaves no connection to come back on, though others are still at work
            publisher.offer(Buffer.buffer("bye"));
            publisher.complete();
            assertThat(stream.readToEnd()).endsWith("3\r\nbye\r\n0\r\n\r\n");
            assertThat(gateway.engine.openCalls()).isEqualTo(1);
            released.countDown();
            assertThat(held.readToEnd()).endsWith("held");
        }
    }

    /** What was sent before is in before a later request is answered by the same event loop; each has its turn. */
    private static void awaitAllRead(TestGateway gateway) throws Exception {
        for (int i = 0; i < TestGateway.EVENT_LOOPS; i++) {
            try (RawClient after = gateway.raw().send("GET /ping" + KEEP_ALIVE)) {
                after.readUntil("pong");
            }
        }
    }

    @Test
    void shouldCutWhatDoesNotEndInTime() throws Exception {
        try (TestGateway gateway = TestGateway.with(new Routes());
                RawClient stream = gateway.raw().send("GET /stream" + KEEP_ALIVE)) {
            // Given
            await().until(publisher::subscribed);
            stream.readUntil("\r\n\r\n");

            // When
            boolean whole = gateway.engine.drain(Duration.ofMillis(50));

            // Then
            assertThat(whole).isFalse();
            assertThat(stream.readToEnd()).doesNotContain("0\r\n\r\n");
            await().untilAsserted(() -> assertThat(publisher.canceled()).isTrue());
        }
    }

    @Test
    void shouldDrainAtOnceWhenNobodyIsThere() throws Exception {
        try (TestGateway gateway = TestGateway.with(new Routes())) {
            assertThat(gateway.engine.drain(LONG)).isTrue();
            assertThat(gateway.engine.drain(LONG)).isTrue();
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("http-worker") || name.startsWith("http-health"))
                .count();
    }

    /** A step of a route that calls the gateway while the routes are being started. */
    private static final class AskAtStart extends ServiceSupport implements Processor, CamelContextAware {
        private CamelContext context;
        private String answer;

        @Override
        protected void doStart() throws Exception {
            var engine =
                    context.getRegistry().lookupByNameAndType(GatewayHttpEngine.BEAN_NAME, GatewayHttpEngine.class);
            try (RawClient client = new RawClient(engine.getServerPort()).send("GET /early" + KEEP_ALIVE)) {
                answer = client.readUntil("\r\n");
            }
        }

        @Override
        public void process(Exchange exchange) {
            exchange.getMessage().setBody("late");
        }

        @Override
        public CamelContext getCamelContext() {
            return context;
        }

        @Override
        public void setCamelContext(CamelContext camelContext) {
            context = camelContext;
        }
    }

    private final class Routes extends RouteBuilder {
        @Override
        public void configure() {
            from("platform-http:/ping").routeId("ping").setBody(constant("pong"));
            from("platform-http:" + TestGateway.LIVE).setBody(constant("alive"));
            from("platform-http:/stream")
                    .process(exchange -> exchange.getMessage().setBody(publisher));
            from("platform-http:/hold").process(exchange -> released.await()).setBody(constant("held"));
        }
    }
}
