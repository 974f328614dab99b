package org.agentos.federation.stream;

import static org.agentos.federation.stream.Gateway.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.http.InboundRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamRequestTest {
    @Test
    void shouldFollowFromTheEarliestWhenNothingIsAsked() {
        assertThat(request())
                .isEqualTo(new StreamRequest(
                        Form.SSE, new Start.Earliest(), true, TypeFilter.ALL, false, 100, Duration.ZERO));
    }

    @Test
    void shouldReadEveryParameter() {
        StreamRequest request = request(
                "from=latest",
                "follow=false",
                "on_gap=continue",
                "limit=7",
                "wait_ms=250",
                "types=a.b,c.*",
                "errors=stream",
                "Accept: application/json");

        assertThat(request)
                .isEqualTo(new StreamRequest(
                        Form.JSON_PAGE,
                        new Start.Latest(),
                        false,
                        TypeFilter.of(List.of("a.b", "c.*")),
                        true,
                        7,
                        Duration.ofMillis(250)));
    }

    @Test
    void shouldTakeTheFirstPlaceThatIsNamed() {
        assertThat(request("last-event-id: h", "cursor=c", "from_sequence=1").start())
                .isEqualTo(new Start.AfterCursor("h"));
        assertThat(request("Last-Event-ID:", "cursor=c", "from_sequence=1").start())
                .isEqualTo(new Start.AfterCursor("c"));
        assertThat(request("from_sequence=1", "from=latest").start()).isEqualTo(new Start.AfterSequence(1));
        assertThat(request("after_sequence=9223372036854775807").start())
                .isEqualTo(new Start.AfterSequence(Long.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from_sequence=-1",
                "from_sequence=1.5",
                "from_sequence=",
                "from_sequence=abc",
                "from_sequence=+1",
                "after_sequence=9223372036854775808",
                "follow=yes",
                "on_gap=stop",
                "errors=json",
                "from=now",
                "limit=0",
                "limit=1001",
                "limit=x",
                "wait_ms=-1",
                "wait_ms=30001",
                "types=",
                "types=a,,b",
                "types=a*",
                "types=*.a",
                "types=*",
                "types=a\u0000b"
            })
    void shouldRefuseValuesThatMakeNoSense(String parameter) {
        FederationException refusal = refusal(parameter);

        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusal.details().get("problems").toString())
                .contains(parameter.substring(0, parameter.indexOf('=')));
    }

    @Test
    void shouldTellAllProblemsAtOnce() {
        FederationException refusal = refusal("follow=maybe", "limit=0", "from_sequence=x");

        assertThat(refusal.details())
                .containsEntry(
                        "problems",
                        List.of(
                                "follow must be true or false",
                                "from_sequence must be an integer from 0 to 9223372036854775807",
                                "limit must be an integer from 1 to 1000"));
    }

    @Test
    void shouldRefuseAParameterGivenTwice() {
        FederationException refusal = catchThrowableOfType(
                FederationException.class, () -> StreamRequest.parse(repeating("cursor", "limit")));

        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusal.details())
                .containsEntry("problems", List.of("cursor must be given once", "limit must be given once"));
        assertThat(StreamRequest.parse(repeating("utm_source"))).isEqualTo(request());
    }

    private static InboundRequest repeating(String... names) {
        return new InboundRequest(
                "GET",
                "/v1/federation/runs/run_1/events",
                Map.of(),
                Set.of(names),
                MultiMap.caseInsensitiveMultiMap(),
                "req_1",
                "cor_1",
                List.of());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    */*                                                    | SSE
                    text/event-stream                                      | SSE
                    TEXT/Event-Stream;charset=utf-8                        | SSE
                    text/*                                                 | SSE
                    application/json                                       | JSON_PAGE
                    application/json, text/plain, */*                      | JSON_PAGE
                    application/*                                          | JSON_PAGE
                    application/x-ndjson                                   | NDJSON
                    text/event-stream, application/json                    | SSE
                    application/json, text/event-stream                    | JSON_PAGE
                    application/json;q=0.5, text/event-stream;q=0.9        | SSE
                    application/json;q=0, */*;q=0.1                        | SSE
                    """)
    void shouldChooseTheFormByAccept(String accept, Form form) {
        assertThat(request("Accept: " + accept).form()).isEqualTo(form);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/json;q=0", "application/json;q=high"})
    void shouldRefuseFormsThereAreNot(String accept) {
        assertThat(refusal("Accept: " + accept).code()).isEqualTo(ErrorCode.NOT_ACCEPTABLE);
    }

    @Test
    void shouldReadTheTypeFromTheEnvelope() {
        TypeFilter runs = request("types=agentos.run.*,tool.used").types();

        assertThat(runs.shows(envelope("{\"event\":{\"type\":\"agentos.run.completed\"}}")))
                .isTrue();
        assertThat(runs.shows(envelope(
                        "{\"x\":{\"type\":\"no\"},\"event\":{\"payload\":{\"type\":\"no\"},\"type\":\"tool.used\"}}")))
                .isTrue();
        assertThat(runs.shows(envelope("{\"event\":{\"type\":\"agentos.runner\"}}")))
                .isFalse();
        assertThat(runs.shows(envelope("{\"event\":{\"type\":7}}"))).isFalse();
        assertThat(runs.shows(envelope("{\"type\":\"tool.used\",\"event\":{}}")))
                .isFalse();
    }

    private static ByteSlice envelope(String json) {
        return ByteSlice.of(json.getBytes(StandardCharsets.UTF_8));
    }

    private static FederationException refusal(String... queryAndHeaders) {
        return catchThrowableOfType(FederationException.class, () -> request(queryAndHeaders));
    }
}
