package org.agentos.federation.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.settings.CorsSettings;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CorsTest {
    private static final String PAGE = "https://app.example";
    private static final String STRANGER = "https://evil.example";
    private static final CorsSettings ONE_PAGE = new CorsSettings(false, Set.of(PAGE), Duration.ofMinutes(10));
    private static final CorsSettings ALL_PAGES = new CorsSettings(true, Set.of(), Duration.ofMinutes(10));

    private static TestGateway open;
    private static TestGateway closed;

    @BeforeAll
    static void start() throws Exception {
        open = new TestGateway(TestGateway.limits().cors(ONE_PAGE).settings(), new Routes());
        closed = TestGateway.with(new Routes());
    }

    @AfterAll
    static void stop() throws Exception {
        open.close();
        closed.close();
    }

    @Test
    void shouldPermitWhatThePathServes() {
        // When
        HttpResponse<String> response = preflight(open, "/thing", PAGE, "PUT");

        // Then
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.headers().map())
                .containsEntry("Access-Control-Allow-Origin", List.of(PAGE))
                .containsEntry("Access-Control-Allow-Methods", List.of("GET, POST"))
                .containsEntry(
                        "Access-Control-Allow-Headers",
                        List.of("Authorization, Content-Type, Last-Event-ID, Idempotency-Key, X-Tenant-Id,"
                                + " X-Principal-Id, X-Request-Id, X-Correlation-Id, traceparent"))
                .containsEntry("Access-Control-Max-Age", List.of("600"))
                .containsEntry("Vary", List.of("Origin"))
                .doesNotContainKeys("Access-Control-Allow-Credentials", "Content-Type");
    }

    @Test
    void shouldRefuseThePreflightOfAStranger() {
        // When
        HttpResponse<String> response = preflight(open, "/thing", STRANGER, "POST");

        // Then
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.body()).contains("\"code\":\"forbidden\"", "\"reason\":\"origin\"");
        assertThat(allowedOrigin(response)).isEmpty();
        assertThat(response.headers().firstValue("Vary")).contains("Origin");
    }

    @Test
    void shouldKnowNoPreflightOfAnUnknownPath() {
        assertThat(preflight(open, "/nothing", PAGE, "GET").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldKnowNoPreflightWhereNoPageMayCall() {
        // When
        HttpResponse<String> response = preflight(closed, "/thing", PAGE, "GET");

        // Then
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(allowedOrigin(response)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/thing, 200", "/refusing, 429", "/nothing, 404", "/stream, 200"})
    void shouldLetThePageReadEveryAnswer(String path, int status) {
        // When
        HttpResponse<String> response = open.get(path, "Origin", PAGE);

        // Then
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(allowedOrigin(response)).contains(PAGE);
        assertThat(exposed(response)).contains("X-Request-Id");
        assertThat(response.headers().map()).doesNotContainKey("Access-Control-Allow-Credentials");
    }

    @Test
    void shouldExposeTheHeadersOfARefusal() {
        assertThat(exposed(open.get("/refusing", "Origin", PAGE))).contains("Retry-After", "RateLimit");
    }

    @Test
    void shouldJoinVary() {
        assertThat(open.get("/stream", "Origin", PAGE).headers().allValues("Vary"))
                .containsExactly("Accept, Origin");
        assertThat(open.get("/stream").headers().allValues("Vary")).containsExactly("Accept, Origin");
        assertThat(closed.get("/stream", "Origin", PAGE).headers().allValues("Vary"))
                .containsExactly("Accept");
    }

    @ParameterizedTest
    @ValueSource(strings = {STRANGER, "null", "https://app.example.evil.example", "http://app.example"})
    void shouldNotLetAStrangerRead(String origin) {
        // When
        HttpResponse<String> response = open.get("/thing", "Origin", origin);

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(allowedOrigin(response)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {STRANGER, "null", "http://gateway.example", "http://127.0.0.1:1", "file://"})
    void shouldNotLetAStrangerChangeAnything(String origin) {
        for (TestGateway gateway : List.of(open, closed)) {
            // When
            HttpResponse<String> response =
                    gateway.post("/thing", "{}", "Origin", origin, "Content-Type", "text/plain");

            // Then
            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(response.body()).contains("\"reason\":\"origin\"");
            assertThat(allowedOrigin(response)).isEmpty();
        }
    }

    @Test
    void shouldRefuseAPageWhoseNameWasPointedHere() throws Exception {
        // Given
        String rebound = "POST /thing HTTP/1.1\r\nHost: rebound.example\r\nOrigin: http://rebound.example\r\n"
                + "Connection: close\r\nContent-Length: 2\r\n\r\n{}";

        // When
        try (RawClient client = closed.raw()) {
            client.send(rebound);

            // Then
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 403 ");
        }
    }

    @Test
    void shouldLetItsOwnPagesAndProgramsChangeThings() {
        String own = "http://127.0.0.1:" + closed.port();
        assertThat(closed.post("/thing", "{}", "Origin", own).statusCode()).isEqualTo(200);
        assertThat(closed.post("/thing", "{}").statusCode()).isEqualTo(200);
        assertThat(open.post("/thing", "{}", "Origin", PAGE).statusCode()).isEqualTo(200);
    }

    @Test
    void shouldTellEveryPageWhereAllMayCall() throws Exception {
        // Given
        try (TestGateway gateway =
                new TestGateway(TestGateway.limits().cors(ALL_PAGES).settings(), new Routes())) {
            // When
            HttpResponse<String> response = gateway.get("/thing", "Origin", STRANGER);

            // Then
            assertThat(allowedOrigin(response)).contains("*");
            assertThat(gateway.post("/thing", "{}", "Origin", STRANGER).statusCode())
                    .isEqualTo(200);
        }
    }

    private static HttpResponse<String> preflight(TestGateway gateway, String path, String origin, String method) {
        return gateway.send(gateway.request(path)
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .headers("Origin", origin, "Access-Control-Request-Method", method));
    }

    private static Optional<String> allowedOrigin(HttpResponse<String> response) {
        return response.headers().firstValue("Access-Control-Allow-Origin");
    }

    private static List<String> exposed(HttpResponse<String> response) {
        return List.of(response.headers()
                .firstValue("Access-Control-Expose-Headers")
                .orElse("")
                .split(", "));
    }

    private static final class Routes extends RouteBuilder {
        @Override
        public void configure() {
            from("platform-http:/thing?httpMethodRestrict=GET,POST").setBody(constant("{}"));
            from("platform-http:/refusing").process(exchange -> {
                throw new FederationException(ErrorCode.RATE_LIMITED, "too fast")
                        .retryAfter(Duration.ofSeconds(1))
                        .header("RateLimit", "\"a\";r=0");
            });
            from("platform-http:/stream")
                    .setHeader("Vary", constant("Accept"))
                    .setBody(exchange -> new java.io.ByteArrayInputStream(new byte[] {'{', '}'}));
        }
    }
}
