package org.agentos.federation.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBodiesTest {
    private static final int LIMIT = 100_000;
    private final AtomicInteger worked = new AtomicInteger();
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new TestGateway(
                TestGateway.limits()
                        .bodyBytes(LIMIT)
                        .header(Duration.ofMillis(500))
                        .settings(),
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("platform-http:/size").process(exchange -> {
                            worked.incrementAndGet();
                            exchange.getMessage()
                                    .setBody("size " + exchange.getMessage().getBody(byte[].class).length);
                        });
                    }
                });
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8192, LIMIT})
    void shouldTakeABodyUpToTheLimit(int size) {
        assertThat(gateway.post("/size", "x".repeat(size)).body()).isEqualTo("size " + size);
    }

    @Test
    void shouldRefuseAnAnnouncedBodyOverTheLimitAndClose() throws Exception {
        try (RawClient client = gateway.raw()) {
            // When
            client.send("POST /size HTTP/1.1\r\nHost: x\r\nX-Request-Id: r\r\nContent-Length: 100001\r\n\r\n");

            // Then
            assertThat(client.readUntil("\"r\"}").toLowerCase(Locale.ROOT))
                    .startsWith("http/1.1 413 ")
                    .contains("connection: close\r\n", "x-request-id: r\r\n");
            assertThat(worked).hasValue(0);
        }
    }

    @Test
    void shouldLetASenderOfFarTooMuchReadTheRefusal() throws Exception {
        // Given
        byte[] much = new byte[4 * 1024 * 1024];

        try (RawClient client = gateway.raw()) {
            // When
            client.send("POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: " + much.length + "\r\n\r\n");
            client.send(much);

            // Then
            assertThat(client.readToEnd())
                    .startsWith("HTTP/1.1 413 ")
                    .contains("\"code\":\"payload_too_large\"", "\"details\":{\"limit_bytes\":100000}");
            assertThat(worked).hasValue(0);
        }
    }

    @Test
    void shouldRefuseAnUnannouncedBodyOnceItIsOverTheLimit() throws Exception {
        try (RawClient client = gateway.raw()) {
            // When
            client.send("POST /size HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("fa00\r\n" + "x".repeat(0xfa00) + "\r\nfa00\r\n" + "x".repeat(0xfa00) + "\r\n");

            // Then
            assertThat(client.readUntil("}}")).startsWith("HTTP/1.1 413 ");
            assertThat(worked).hasValue(0);
        }
    }

    @Test
    void shouldKeepTheConnectionAfterRefusingAShortBody() throws Exception {
        try (RawClient client = gateway.raw()) {
            // When
            client.send("POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12");
            String refusal = client.readUntil("\"}");
            client.send("345POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok");

            // Then
            assertThat(refusal).startsWith("HTTP/1.1 404 ").doesNotContain("Connection: close");
            assertThat(client.readUntil("size 2")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void shouldUnpackGzip() throws Exception {
        // When
        HttpResponse<String> response = postBytes(gzip(LIMIT), "gzip");

        // Then
        assertThat(response.body()).isEqualTo("size " + LIMIT);
    }

    @Test
    void shouldRefuseAGzipBomb() throws Exception {
        // Given
        byte[] bomb = gzip(50_000_000);
        assertThat(bomb).hasSizeLessThan(LIMIT);

        // When
        HttpResponse<String> response = postBytes(bomb, "gzip");

        // Then
        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).contains("\"limit_bytes\":100000");
        assertThat(worked).hasValue(0);
    }

    @Test
    void shouldRefuseWhatIsNotGzipThoughItSaysSo() throws Exception {
        // Given
        byte[] cut = gzip(5_000);

        // Then
        assertThat(postBytes(new byte[] {1, 2, 3}, "gzip").statusCode()).isEqualTo(400);
        assertThat(postBytes(Arrays.copyOf(cut, cut.length - 9), "gzip").statusCode())
                .isEqualTo(400);
        assertThat(worked).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"deflate", "br", "gzip, gzip"})
    void shouldRefuseOtherEncodings(String encoding) throws Exception {
        assertThat(postBytes(new byte[] {1}, encoding).statusCode()).isEqualTo(415);
    }

    @Test
    void shouldSendContinueWhenItIsWaitedFor() throws Exception {
        try (RawClient client = gateway.raw()) {
            // When
            client.send("POST /size HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            client.readUntil("HTTP/1.1 100 Continue\r\n\r\n");
            client.send("ok");

            // Then
            assertThat(client.readUntil("size 2")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void shouldCutASenderWhoStops() throws Exception {
        try (RawClient client = gateway.raw()) {
            // When
            client.send("POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12");

            // Then
            assertThat(client.readToEnd()).isEmpty();
            await().untilAsserted(() -> assertThat(gateway.engine.openCalls()).isZero());
            assertThat(worked).hasValue(0);
        }
    }

    private HttpResponse<String> postBytes(byte[] body, String encoding) {
        return gateway.send(gateway.request("/size")
                .header("Content-Encoding", encoding)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private static byte[] gzip(int size) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(new byte[size]);
        }
        return packed.toByteArray();
    }
}
