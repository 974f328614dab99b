package org.agentos.federation.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileClientsTest {
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = new TestGateway(
                TestGateway.limits()
                        .header(Duration.ofMillis(300))
                        .idle(Duration.ofMillis(600))
                        .settings(),
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("platform-http:/ping").setBody(constant("pong"));
                    }
                });
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /ping HTTP/9.9\r\nHost: x\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "GET\r\n\r\n",
                "GET /ping HTTP/1.1\r\nno colon\r\n\r\n",
                "POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
                "POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n",
                "POST /ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST /ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
                "GET /ping HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
            })
    void shouldAnswer400ToWhatIsNotHttp(String bytes) throws Exception {
        try (RawClient client = gateway.raw().send(bytes)) {
            assertThat(client.readToEnd())
                    .containsPattern("^HTTP/1\\.[01] 400 ")
                    .containsIgnoringCase("x-request-id: req_")
                    .contains("\"code\":\"invalid_request\"");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {9_000, 3_000_000})
    void shouldAnswer414ToALongRequestLine(int length) throws Exception {
        try (RawClient client = gateway.raw().send("GET /" + "a".repeat(length) + " HTTP/1.1\r\nHost: x\r\n\r\n")) {
            assertThat(client.readToEnd())
                    .containsPattern("^HTTP/1.. 414 ")
                    .contains("\"code\":\"request_too_large\"", "\"details\":{\"limit_bytes\":8192}");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {40_000, 3_000_000})
    void shouldAnswer431ToLargeHeaders(int length) throws Exception {
        try (RawClient client = gateway.raw().send("GET /ping HTTP/1.1\r\nA: " + "a".repeat(length) + "\r\n\r\n")) {
            assertThat(client.readToEnd())
                    .containsPattern("^HTTP/1.. 431 ")
                    .contains("\"code\":\"request_too_large\"", "\"details\":{\"limit_bytes\":32768}");
        }
    }

    @Test
    void shouldTakeALargeTokenAndALongCursor() {
        assertThat(gateway.get("/ping?cursor=" + "c".repeat(4_000), "Authorization", "Bearer " + "t".repeat(20_000))
                        .body())
                .isEqualTo("pong");
    }

    @Test
    void shouldCutAHeadThatDoesNotEnd() throws Exception {
        try (RawClient client = gateway.raw().send("GET /ping HTTP/1.1\r\nHost:")) {
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void shouldCutTheSecondHeadThatDoesNotEndToo() throws Exception {
        try (RawClient client = gateway.raw().send("GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")) {
            client.readUntil("pong");

            // When
            client.send("G");

            // Then
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void shouldCloseAnIdleConnection() throws Exception {
        try (RawClient client = gateway.raw().send("GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")) {
            client.readUntil("pong");
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void shouldAnswerPipelinedRequestsInOrder() throws Exception {
        // Given
        String first = "GET /ping HTTP/1.1\r\nHost: x\r\n\r\n";
        String second = "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n";
        String last = "GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

        try (RawClient client = gateway.raw().send(first + second + last)) {
            // When
            String all = client.readToEnd();

            // Then
            assertThat(all).containsSubsequence("HTTP/1.1 200", "pong", "HTTP/1.1 404", "HTTP/1.1 200", "pong");
        }
    }
}
