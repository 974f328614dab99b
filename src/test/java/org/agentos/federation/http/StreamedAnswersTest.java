package org.agentos.federation.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.buffer.Buffer;
import java.io.EOFException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Flow;
import org.agentos.federation.http.TestGateway.Answered;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamedAnswersTest {
    private static final String GET = "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final Buffer PIECE = Buffer.buffer("x".repeat(8 * 1024));
    private final ProbePublisher publisher = new ProbePublisher();
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        start(Duration.ofSeconds(20));
    }

    private void start(Duration idleTimeout) throws Exception {
        gateway = new TestGateway(TestGateway.limits().idle(idleTimeout).settings(), new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:/stream")
                        .setHeader(Exchange.CONTENT_TYPE, constant("text/event-stream"))
                        .process(exchange -> exchange.getMessage().setBody(publisher));
                from("platform-http:/prompt")
                        .process(exchange -> exchange.getMessage().setBody((PromptPublisher) publisher::subscribe));
                from("platform-http:/burst")
                        .process(exchange -> exchange.getMessage().setBody(new Burst()));
            }
        });
    }

    private void restartWithShortIdleTimeout() throws Exception {
        gateway.close();
        start(Duration.ofMillis(500));
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    @Test
    void shouldSendTheHeadAtOnceAndEachBufferAsItComes() throws Exception {
        try (RawClient client = gateway.raw().send(GET)) {
            // Then the head is there before the first buffer
            assertThat(client.readUntil("\r\n\r\n").toLowerCase(Locale.ROOT))
                    .startsWith("http/1.1 200 ok\r\n")
                    .contains(
                            "content-type: text/event-stream\r\n", "transfer-encoding: chunked\r\n", "x-request-id: ");

            // And each buffer by itself
            awaitSubscription();
            publisher.offer(Buffer.buffer("one\n"));
            assertThat(client.readUntil("one\n\r\n")).isEqualTo("4\r\none\n\r\n");
            publisher.offer(Buffer.buffer("two\n"));
            assertThat(client.readUntil("two\n\r\n")).isEqualTo("4\r\ntwo\n\r\n");

            // And the connection goes on after the end
            publisher.complete();
            assertThat(client.readUntil("0\r\n\r\n")).isEqualTo("0\r\n\r\n");
            client.send("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.readUntil("}")).startsWith("HTTP/1.1 404 ");
            assertThat(gateway.answered()).contains(new Answered(routeId(), "GET", 200));
            assertThat(publisher.canceled()).isFalse();
        }
    }

    @Test
    void shouldSendTheHeadWithTheFirstBufferOfAPromptPublisher() throws Exception {
        try (RawClient client = gateway.raw().send("GET /prompt HTTP/1.1\r\nHost: x\r\n\r\n")) {
            // Given
            awaitSubscription();
            assertThat(client.socket.getInputStream().available()).isZero();

            // When
            publisher.offer(Buffer.buffer("one\n"));

            // Then
            assertThat(client.readUntil("one\n\r\n"))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .endsWith("\r\n\r\n4\r\none\n\r\n");
            publisher.offer(Buffer.buffer("two\n"));
            publisher.complete();
            assertThat(client.readUntil("\r\n0\r\n\r\n")).isEqualTo("4\r\ntwo\n\r\n0\r\n\r\n");
        }
    }

    @Test
    void shouldCloseWhenAPromptPublisherFailsBeforeItsFirstBuffer() throws Exception {
        try (RawClient client = gateway.raw().send("GET /prompt HTTP/1.1\r\nHost: x\r\n\r\n")) {
            // Given
            awaitSubscription();

            // When
            publisher.fail(new IllegalStateException("lost"));

            // Then
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void shouldOutliveTheIdleTimeoutWhileItsPublisherIsSilent() throws Exception {
        restartWithShortIdleTimeout();
        try (RawClient client = gateway.raw().send(GET);
                RawClient idle = gateway.raw()) {
            awaitSubscription();

            // When a connection without a request has been closed
            assertThat(idle.read()).isEqualTo(-1);

            // Then
            publisher.offer(Buffer.buffer("late"));
            assertThat(client.readUntil("late")).endsWith("late");
        }
    }

    @Test
    void shouldHoldLittleForASlowReader() throws Exception {
        // Given
        Socket slow = new Socket();
        slow.setReceiveBufferSize(8 * 1024);
        try (RawClient client = new RawClient(slow, gateway.port()).send(GET)) {
            awaitSubscription();

            // When
            long sent = offerUntilNothingIsAskedFor();

            // Then what is not yet read stays with the publisher but for socket buffers and one window
            assertThat(sent).isLessThan(16 * 1024 * 1024);
            client.readUntil("\r\n\r\n");
            for (int i = 0; i < sent / 2; i++) {
                client.read();
            }
            await().untilAsserted(() -> assertThat(publisher.demand()).isPositive());
        }
    }

    @Test
    void shouldCutAReaderWhoTakesNothing() throws Exception {
        restartWithShortIdleTimeout();
        try (RawClient client = gateway.raw().send(GET)) {
            // Given
            awaitSubscription();
            offerUntilNothingIsAskedFor();

            // Then
            await().untilAsserted(() -> assertThat(publisher.canceled()).isTrue());
            assertThatThrownBy(client::readToEnd).hasMessageContaining("reset");
        }
    }

    @Test
    void shouldCancelWhenTheClientLeaves() throws Exception {
        // Given
        try (RawClient client = gateway.raw().send(GET)) {
            awaitSubscription();
            assertThat(client.read()).isEqualTo('H');
        }

        // Then
        await().untilAsserted(() -> assertThat(publisher.canceled()).isTrue());
        await().untilAsserted(() -> assertThat(gateway.engine.openCalls()).isZero());
    }

    @Test
    void shouldCancelWhenTheClientClosesItsHalf() throws Exception {
        try (RawClient client = gateway.raw().send(GET)) {
            // Given
            awaitSubscription();

            // When
            client.socket.shutdownOutput();

            // Then
            await().untilAsserted(() -> assertThat(publisher.canceled()).isTrue());
        }
    }

    @Test
    void shouldNotLookCompleteWhenThePublisherFails() throws Exception {
        try (RawClient client = gateway.raw().send(GET)) {
            // Given
            awaitSubscription();
            publisher.offer(Buffer.buffer("part"));
            client.readUntil("part");

            // When
            publisher.fail(new IllegalStateException("lost"));

            // Then
            assertThat(client.readToEnd()).isEqualTo("\r\n");
        }
    }

    @Test
    void shouldBeAnErrorForAnHttpClientWhenThePublisherFails() throws Exception {
        // Given
        var response =
                HttpClient.newHttpClient().sendAsync(gateway.request("/stream").build(), BodyHandlers.ofString());
        awaitSubscription();

        // When
        publisher.fail(new IllegalStateException("lost"));

        // Then
        assertThatThrownBy(response::get).hasRootCauseInstanceOf(EOFException.class);
    }

    @Test
    void shouldResetAnHttp10ClientWhoCouldNotTellOtherwise() throws Exception {
        try (RawClient client = gateway.raw().send("GET /stream HTTP/1.0\r\n\r\n")) {
            // Given
            assertThat(client.readUntil("\r\n\r\n").toLowerCase(Locale.ROOT)).doesNotContain("chunked");
            awaitSubscription();

            // When
            publisher.fail(new IllegalStateException("lost"));

            // Then
            assertThatThrownBy(client::readToEnd).hasMessageContaining("reset");
        }
    }

    @Test
    void shouldEndAnHttp10StreamWithTheConnection() throws Exception {
        try (RawClient client = gateway.raw().send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")) {
            // Given
            client.readUntil("\r\n\r\n");
            awaitSubscription();

            // When
            publisher.offer(Buffer.buffer("all"));
            publisher.complete();

            // Then
            assertThat(client.readToEnd()).isEqualTo("all");
        }
    }

    @Test
    void shouldCutAPublisherThatSendsMoreThanItWasAskedFor() throws Exception {
        try (RawClient client = gateway.raw().send(GET)) {
            // Given
            awaitSubscription();

            // When
            for (int i = 0; i <= 10 * StreamWriter.WINDOW; i++) {
                publisher.force(PIECE);
            }

            // Then
            await().untilAsserted(() -> assertThat(publisher.canceled()).isTrue());
            assertThat(client.read()).isEqualTo('H');
        }
    }

    @Test
    void shouldCutAClientWhoPilesUpRequestsBehindAStream() throws Exception {
        try (RawClient client = gateway.raw().send(GET)) {
            // Given
            awaitSubscription();

            // When
            client.send(GET.repeat(ClientConnection.MAX_PIPELINED_BYTES / GET.length() + 10));

            // Then
            await().untilAsserted(() -> assertThat(publisher.canceled()).isTrue());
        }
    }

    @Test
    void shouldJoinSmallBuffersIntoFewWrites() throws Exception {
        try (RawClient client = gateway.raw().send("GET /burst HTTP/1.1\r\nHost: x\r\n\r\n")) {
            // Given
            client.readUntil("\r\n\r\n");

            // When
            String all = client.readUntil("\r\n0\r\n\r\n");

            // Then
            assertThat(all.split("event\n", -1)).hasSize(Burst.EVENTS + 1);
            long chunks = all.lines().filter(line -> line.matches("[0-9a-f]+")).count();
            assertThat(chunks).isLessThan(Burst.EVENTS / 4);
        }
    }

    private void awaitSubscription() {
        await().until(() -> publisher.subscribed() && publisher.demand() > 0);
    }

    /** Returns the bytes the engine took before it stopped asking. */
    private long offerUntilNothingIsAskedFor() {
        long[] sent = new long[1];
        await().during(Duration.ofMillis(200)).until(() -> {
            boolean none = publisher.demand() == 0;
            while (publisher.offer(PIECE)) {
                sent[0] += PIECE.length();
            }
            return none;
        });
        return sent[0];
    }

    private String routeId() {
        return gateway.camel.getRoutes().get(0).getRouteId();
    }

    /** Sends all it is asked for at once. */
    private static final class Burst implements Flow.Publisher<Buffer> {
        static final int EVENTS = 1000;

        @Override
        public void subscribe(Flow.Subscriber<? super Buffer> subscriber) {
            subscriber.onSubscribe(new Flow.Subscription() {
                private int left = EVENTS;

                @Override
                public void request(long n) {
                    for (long i = 0; i < n && left > 0; i++) {
                        left--;
                        subscriber.onNext(Buffer.buffer("event\n"));
                    }
                    if (left == 0) {
                        subscriber.onComplete();
                    }
                }

                @Override
                public void cancel() {
                    left = 0;
                }
            });
        }
    }
}
