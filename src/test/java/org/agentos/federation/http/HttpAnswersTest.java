package org.agentos.federation.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpAnswersTest {
    private static final byte[] LARGE = "0123456789abcdef".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = TestGateway.with(new Routes());
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({
        "record, '{\"name\":\"n\",\"size\":1}'",
        "map,    '{\"a\":[1,2]}'",
        "text,   'plain ä'",
        "bytes,  bytes",
        "buffer, buffer",
        "stream, stream",
    })
    void shouldSendEachKindOfBody(String kind, String body) {
        // When
        HttpResponse<String> response = gateway.get("/body/" + kind);

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(body);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    }

    @Test
    void shouldSendALargeBodyWithItsLength() {
        // When
        HttpResponse<String> response = gateway.get("/body/large");

        // Then
        assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(LARGE.length);
        assertThat(response.body().getBytes(StandardCharsets.US_ASCII)).isEqualTo(LARGE);
    }

    @Test
    void shouldSendALargeStreamAndCloseIt() {
        // When
        HttpResponse<String> response = gateway.get("/body/large-stream");

        // Then
        assertThat(response.body().getBytes(StandardCharsets.US_ASCII)).isEqualTo(LARGE);
        assertThat(Routes.closed).isTrue();
    }

    @Test
    void shouldAnswer204ToNothing() {
        // When
        HttpResponse<String> response = gateway.get("/body/nothing");

        // Then
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.headers().map().keySet()).containsExactly("x-request-id");
    }

    @Test
    void shouldTakeStatusAndContentTypeFromTheRoute() {
        // When
        HttpResponse<String> response = gateway.get("/typed");

        // Then
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
    }

    @Test
    void shouldSendOnlyHeadersOfTheList() {
        // When
        HttpResponse<String> response = gateway.get("/headers");

        // Then
        assertThat(response.headers().map())
                .containsOnlyKeys(
                        "content-length",
                        "content-type",
                        "x-request-id",
                        "cache-control",
                        "vary",
                        "ratelimit-policy",
                        "x-agentos-peer",
                        "idempotent-replayed");
    }

    @Test
    void shouldNotLetAValueBecomeAHeaderOfItsOwn() {
        // When
        HttpResponse<String> response = gateway.get("/injected");

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().map()).doesNotContainKeys("location", "set-cookie");
    }

    @Test
    void shouldTurnARefusalIntoTheErrorForm() {
        // When
        HttpResponse<String> response = gateway.get("/refused", "X-Correlation-Id", "c-1");

        // Then
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After")).contains("2");
        assertThat(response.body()).isEqualTo("""
                        {"error":{"code":"rate_limited","message":"Slower.","retryable":true,\
                        "details":{"limit":5}},"correlation_id":"c-1"}""");
    }

    @Test
    void shouldFindTheRefusalInsideItsWrappers() {
        assertThat(gateway.get("/wrapped").statusCode()).isEqualTo(409);
    }

    @Test
    void shouldKeepTheCodeOfARefusalWhoseDetailsAreNoJson() {
        // When
        HttpResponse<String> response = gateway.get("/unspeakable", "X-Request-Id", "r");

        // Then
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).isEqualTo("""
                        {"error":{"code":"invalid_request","message":"No.","retryable":false},\
                        "correlation_id":"r"}""");
    }

    @ParameterizedTest
    @CsvSource({"broken", "error", "unencodable", "status"})
    void shouldAnswer500WithoutInnerLife(String fault) {
        // When
        HttpResponse<String> get = gateway.get("/fault/" + fault, "X-Request-Id", "r");
        HttpResponse<String> post = gateway.post("/fault/" + fault, "", "X-Request-Id", "r");

        // Then
        String body =
                "{\"error\":{\"code\":\"internal_error\",\"message\":\"The gateway failed to answer this request.\","
                        + "\"retryable\":%s},\"correlation_id\":\"r\"}";
        assertThat(get.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(get.statusCode()).isEqualTo(500);
        assertThat(get.body()).isEqualTo(body.formatted("true"));
        assertThat(post.body()).isEqualTo(body.formatted("false"));
    }

    @Test
    void shouldCutTheConnectionWhenAStreamBreaks() throws Exception {
        try (RawClient client = gateway.raw()) {
            // When
            client.send("GET /body/broken-stream HTTP/1.1\r\nHost: x\r\n\r\n");

            // Then
            assertThat(client.readToEnd()).contains("begun").doesNotEndWith("0\r\n\r\n");
        }
    }

    private record Named(String name, int size) {}

    /** Has nothing Jackson could write. */
    private static final class Unencodable {}

    private static final class Routes extends RouteBuilder {
        static volatile boolean closed;

        @Override
        public void configure() {
            from("platform-http:/body/{kind}").process(Routes::body);
            from("platform-http:/fault/{kind}").process(Routes::fault);
            from("platform-http:/typed")
                    .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(202))
                    .setHeader(Exchange.CONTENT_TYPE, constant("text/plain; charset=utf-8"))
                    .setBody(constant("x"));
            from("platform-http:/headers")
                    .process(exchange -> exchange.getMessage()
                            .setHeaders(Map.of(
                                    "Cache-Control", "no-store",
                                    "VARY", "Accept",
                                    "RateLimit-Policy", "10;w=1",
                                    "X-Agentos-Peer", "stk_b",
                                    "Idempotent-Replayed", true,
                                    "Authorization", "secret",
                                    "Content-Length", 3,
                                    "Transfer-Encoding", "chunked",
                                    "X-Internal", "1")))
                    .setBody(constant("x"));
            from("platform-http:/injected")
                    .setHeader("Location", constant("/a\r\nSet-Cookie: x=1"))
                    .setBody(constant("x"));
            from("platform-http:/refused").process(exchange -> {
                throw new FederationException(ErrorCode.RATE_LIMITED, "Slower.")
                        .detail("limit", 5)
                        .retryAfter(Duration.ofMillis(1500));
            });
            from("platform-http:/wrapped").process(exchange -> {
                throw new CompletionException(
                        new IllegalStateException(new FederationException(ErrorCode.CONFLICT, "Taken.")));
            });
            from("platform-http:/unspeakable").process(exchange -> {
                throw new FederationException(ErrorCode.INVALID_REQUEST, "No.").detail("x", new Unencodable());
            });
        }

        private static void body(Exchange exchange) {
            exchange.getMessage().setBody(body(exchange.getMessage().getHeader("kind", String.class)));
        }

        private static Object body(String kind) {
            return switch (kind) {
                case "record" -> new Named("n", 1);
                case "map" -> Map.of("a", List.of(1, 2));
                case "text" -> "plain ä";
                case "bytes" -> "bytes".getBytes(StandardCharsets.UTF_8);
                case "buffer" -> Buffer.buffer("buffer");
                case "stream" -> new ByteArrayInputStream("stream".getBytes(StandardCharsets.UTF_8));
                case "large" -> LARGE;
                case "large-stream" ->
                    new ByteArrayInputStream(LARGE) {
                        @Override
                        public void close() {
                            closed = true;
                        }
                    };
                case "broken-stream" -> new BrokenStream();
                default -> null;
            };
        }

        private static void fault(Exchange exchange) {
            switch (exchange.getMessage().getHeader("kind", String.class)) {
                case "broken" -> throw new IllegalStateException("secret");
                case "error" -> throw new AssertionError("secret");
                case "unencodable" -> exchange.getMessage().setBody(new Unencodable());
                default -> exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, "teapot");
            }
        }
    }

    private static final class BrokenStream extends InputStream {
        private boolean begun;

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (begun) {
                throw new IOException("disk gone");
            }
            begun = true;
            byte[] text = "begun".getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(text, 0, into, offset, text.length);
            return text.length;
        }
    }
}
