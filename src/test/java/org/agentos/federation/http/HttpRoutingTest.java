package org.agentos.federation.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agentos.federation.http.TestGateway.Answered;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRoutingTest {
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
        "POST, /v1/federation/runs:forward,             forward",
        "GET,  /v1/federation/runs,                     list",
        "GET,  /v1/federation/runs/r1,                  show r1",
        "GET,  /v1/federation/runs/a:b%2Fc%20d,         show a:b/c d",
        "GET,  /v1/federation/runs/r1%3Acancel,         show r1:cancel",
        "GET,  /v1/federation/runs/r1/events,           events r1",
        "POST, /v1/federation/runs/r1:cancel,           cancel r1",
    })
    void shouldFindTheRoute(String method, String path, String answer) {
        // When
        HttpResponse<String> response = call(method, path);

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/federation/runsX",
                "/v1/federation/runs:other",
                "/v1/federation/runs:forward/",
                "/v1/federation/runs/",
                "/v1/federation/runs/a/b",
                "/",
                "/v1/federation/./runs"
            })
    void shouldAnswer404ToAnUnknownPath(String path) {
        // When
        HttpResponse<String> response = gateway.get(path, "X-Request-Id", "r-1");

        // Then
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.headers().firstValue("X-Request-Id")).contains("r-1");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(response.body()).isEqualTo("""
                        {"error":{"code":"not_found","message":"There is nothing at this path.","retryable":false},\
                        "correlation_id":"r-1"}""");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,     /v1/federation/runs:forward,      POST",
        "DELETE,  /v1/federation/runs/r1,           GET",
        "GET,     /v1/federation/runs/r1:cancel,    POST",
        "OPTIONS, /v1/federation/runs,              GET",
        "HEAD,    /v1/federation/runs,              GET",
        "BREW,    /v1/federation/runs,              GET",
        "HEAD,    /any,                             'DELETE, GET, PATCH, POST, PUT'",
    })
    void shouldAnswer405WithAllow(String method, String path, String allow) {
        // When
        HttpResponse<String> response = call(method, path);

        // Then
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains(allow);
        assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "application/json,                  200",
        "application/json; charset=utf-8,   200",
        "Application/JSON,                  200",
        "text/plain,                        415",
        "application/x-www-form-urlencoded, 415",
        "nonsense,                          415",
    })
    void shouldJudgeTheContentType(String contentType, int status) {
        // When
        HttpResponse<String> response = gateway.post("/typed", "{}", "Content-Type", contentType);

        // Then
        assertThat(response.statusCode()).isEqualTo(status);
    }

    @Test
    void shouldNotAskForAContentTypeWhereThereIsNoneOrNoBody() throws Exception {
        assertThat(gateway.post("/typed", "{}").statusCode()).isEqualTo(200);
        assertThat(gateway.post("/typed", "", "Content-Type", "text/plain").statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"application/json, 200", "text/event-stream, 200", "*/*, 200", "text/html, 406"})
    void shouldJudgeTheAcceptHeader(String accept, int status) {
        assertThat(gateway.get("/produced", "Accept", accept).statusCode()).isEqualTo(status);
    }

    @Test
    void shouldChooseByAcceptAmongRoutesOfOnePath() {
        assertThat(gateway.get("/negotiated", "Accept", "text/csv").body()).isEqualTo("csv");
        assertThat(gateway.get("/negotiated", "Accept", "application/json").body())
                .isEqualTo("json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/federation/runs/%zz", "/v1/federation/runs/%C3%28", "/v1/federation/runs?a=%"})
    void shouldAnswer400ToMalformedEscapes(String path) throws Exception {
        try (RawClient client = gateway.raw()) {
            // When
            client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");

            // Then
            assertThat(client.readUntil("}")).startsWith("HTTP/1.1 400 ").contains("\"code\":\"invalid_request\"");
        }
    }

    @Test
    void shouldGiveTheRouteTheRequestAndNoHeadersButPathParameters() {
        // When
        HttpResponse<String> response = gateway.get(
                "/echo/x%20y?a=1&a=2&b=%2F",
                "X-Tenant-Id",
                "tnt",
                "X-JWT-Tenant",
                "forged",
                "CamelHttpUri",
                "http://evil",
                "X-Correlation-Id",
                "c-1",
                "X-Request-Id",
                "r-1");

        // Then
        assertThat(response.body()).isEqualTo("""
                        {"method":"GET","path":"/echo/x%20y","query":{"a":"1","b":"/"},"repeated":["a"],\
                        "tenant":"tnt","jwt":false,"camel":false,"correlation":"c-1","request":"r-1","certificates":0,\
                        "headers":["name"],"body":0}""");
    }

    @Test
    void shouldNotEchoRequestHeaders() {
        // When
        HttpResponse<String> response = gateway.get("/v1/federation/runs", "Cache-Control", "secret", "ETag", "mine");

        // Then
        assertThat(response.headers().map().keySet()).containsExactly("content-length", "content-type", "x-request-id");
    }

    @Test
    void shouldTellTheObserverEachAnswerOnce() throws Exception {
        try (TestGateway own = TestGateway.with(new Routes())) {
            // When
            own.get("/v1/federation/runs");
            own.get("/nowhere");
            own.post("/v1/federation/runs", "");

            // Then
            await().untilAsserted(() -> assertThat(own.answered())
                    .containsExactly(
                            new Answered("list-runs", "GET", 200),
                            new Answered("none", "GET", 404),
                            new Answered("none", "POST", 405)));
        }
    }

    @Test
    void shouldRefuseTwoRoutesForTheSameRequests() {
        assertThatThrownBy(() -> TestGateway.with(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("platform-http:/a/{x}?httpMethodRestrict=GET").setBody(constant("1"));
                        from("platform-http:/a/{y}?httpMethodRestrict=GET,POST").setBody(constant("2"));
                    }
                }))
                .hasMessage("Two routes serve [GET, POST] /a/{y}");
    }

    @Test
    void shouldServeRoutesWrittenInYaml() throws Exception {
        try (TestGateway own = TestGateway.with()) {
            // Given
            String yaml = """
                    - route:
                        id: cancel-run
                        from:
                          uri: platform-http
                          parameters:
                            path: /v1/federation/runs/{run_id}:cancel
                            httpMethodRestrict: POST
                            consumes: application/json
                          steps:
                            - setBody:
                                simple: "${header.run_id} ${exchangeProperty.request.requestId}"
                    """;
            PluginHelper.getRoutesLoader(own.camel).loadRoutes(ResourceHelper.fromString("cancel.yaml", yaml));

            // When
            HttpResponse<String> response = own.post("/v1/federation/runs/a%20b:cancel", "{}", "X-Request-Id", "r-1");

            // Then
            assertThat(response.body()).isEqualTo("a b r-1");
            assertThat(own.get("/v1/federation/runs/a:cancel").statusCode()).isEqualTo(405);
            assertThat(own.get("/v1/federation/runs/a").statusCode()).isEqualTo(404);
            await().untilAsserted(() -> assertThat(own.answered()).contains(new Answered("cancel-run", "POST", 200)));
        }
    }

    @Test
    void shouldRefuseOptionsItDoesNotServe() {
        assertThatThrownBy(() -> TestGateway.with(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("platform-http:/a?useStreaming=true").setBody(constant("1"));
                    }
                }))
                .hasStackTraceContaining("useStreaming");
    }

    private static HttpResponse<String> call(String method, String path) {
        return gateway.send(gateway.request(path).method(method, HttpRequest.BodyPublishers.noBody()));
    }

    private static final class Routes extends RouteBuilder {
        private static final String RUNS = "platform-http:/v1/federation/runs";

        @Override
        public void configure() {
            from(RUNS + ":forward?httpMethodRestrict=POST").setBody(constant("forward"));
            from(RUNS + "?httpMethodRestrict=GET").routeId("list-runs").setBody(constant("list"));
            from(RUNS + "/{run_id}?httpMethodRestrict=GET").setBody(simple("show ${header.run_id}"));
            from(RUNS + "/{run_id}:cancel?httpMethodRestrict=POST").setBody(simple("cancel ${header.run_id}"));
            from(RUNS + "/{run_id}/events?httpMethodRestrict=GET").setBody(simple("events ${header.run_id}"));
            from("platform-http:/any").setBody(constant("any"));
            from("platform-http:/typed?consumes=application/json").setBody(constant("ok"));
            from("platform-http:/produced?produces=application/json,text/event-stream")
                    .setBody(constant("ok"));
            from("platform-http:/negotiated?produces=application/json").setBody(constant("json"));
            from("platform-http:/negotiated?produces=text/csv").setBody(constant("csv"));
            from("platform-http:/echo/{name}").process(Routes::echo);
        }

        private static void echo(Exchange exchange) {
            InboundRequest request = exchange.getProperty(InboundRequest.PROPERTY, InboundRequest.class);
            Map<String, Object> seen = new LinkedHashMap<>();
            seen.put("method", request.method());
            seen.put("path", request.path());
            seen.put("query", request.query());
            seen.put("repeated", List.copyOf(request.repeatedParameters()));
            seen.put("tenant", request.header("x-tenant-id").orElse("-"));
            seen.put("jwt", request.header("X-JWT-Tenant").isPresent());
            seen.put("camel", request.header("CamelHttpUri").isPresent());
            seen.put("correlation", request.correlationId());
            seen.put("request", request.requestId());
            seen.put("certificates", request.clientCertificates().size());
            seen.put(
                    "headers",
                    new ArrayList<>(exchange.getMessage().getHeaders().keySet()));
            seen.put("body", exchange.getMessage().getBody(byte[].class).length);
            exchange.getMessage().setBody(seen);
        }
    }
}
