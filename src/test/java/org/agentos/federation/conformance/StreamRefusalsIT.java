package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.Json;
import org.agentos.federation.support.SseClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Places that cannot be had: what is refused, how each form tells it, and what goes on when gaps are to be told. */
class StreamRefusalsIT {
    private static final String SSE = "text/event-stream";
    private static final String NDJSON = "application/x-ndjson";
    private static final String JSON = "application/json";
    private static final int EVENTS = 3;

    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest();

    @RegisterExtension
    static final GatewayUnderTest OTHER_GATEWAY = new GatewayUnderTest();

    private final String run = Sample.runId();
    private final List<String> events = List.of(Sample.envelopes(run, EVENTS));
    private List<String> cursors;

    @BeforeEach
    void storeARun() {
        GATEWAY.store(events.toArray(String[]::new));
        cursors = Reading.read(GATEWAY, run, Reading.Form.SSE).cursors();
    }

    @Test
    void shouldRefuseACursorChangedAtAnyCharacter() {
        String cursor = cursors.get(1);
        for (int i = 0; i < cursor.length(); i++) {
            char other = cursor.charAt(i) == 'A' ? 'B' : 'A';
            String before = cursor.substring(0, i);
            String after = cursor.substring(i + 1);
            assertThatRefused(ask(SSE, "cursor=" + before + other + after), 400, "invalid_cursor");
            assertThatRefused(ask(JSON, "Last-Event-ID: " + before + "~" + after), 400, "invalid_cursor");
            assertThatRefused(ask(NDJSON, "cursor=" + before + "."), 400, "invalid_cursor");
        }
        assertThatRefused(ask(SSE, "cursor=" + cursor + "A"), 400, "invalid_cursor");
    }

    @Test
    void shouldRefuseCursorsMadeForSomethingElse() {
        // Given
        String otherRun = Sample.runId();
        GATEWAY.store(Sample.envelopes(otherRun, EVENTS));
        GATEWAY.http()
                .post("/v1/federation/events:ingest")
                .json(Sample.batch("peer_ci", Sample.envelopes(run, EVENTS))
                        .replace(Sample.TENANT, Sample.OTHER_TENANT))
                .send();
        OTHER_GATEWAY.store(events.toArray(String[]::new));

        // When
        Answer ofOtherRun = Reading.ask(GATEWAY, otherRun, SSE, List.of("cursor=" + cursors.get(1)));
        SseClient ofOtherTenant = GATEWAY.streamAs(Sample.OTHER_TENANT, run, "?cursor=" + cursors.get(1));
        Answer ofOtherGateway = Reading.ask(OTHER_GATEWAY, run, SSE, List.of("cursor=" + cursors.get(1)));

        // Then
        assertThatRefused(ofOtherRun, 400, "invalid_cursor");
        assertThatRefused(ofOtherTenant.answer(), 400, "invalid_cursor");
        assertThatRefused(ofOtherGateway, 400, "invalid_cursor");
    }

    @ParameterizedTest
    @ValueSource(strings = {SSE, NDJSON, JSON})
    void shouldSayWhatCanBeHadInsteadOfAPlaceAhead(String form) {
        Answer answer = ask(form, "from_sequence=" + (EVENTS + 1));

        assertThatRefused(answer, 410, "cursor_expired");
        assertThat(Reading.read(
                                GATEWAY,
                                run,
                                Reading.Form.SSE,
                                "cursor="
                                        + answer.details()
                                                .get("earliest_cursor")
                                                .asText())
                        .events())
                .isEqualTo(events);
        assertThat(answer.details().get("latest_cursor").asText()).isEqualTo(cursors.get(EVENTS - 1));
        assertThat(answer.details().get("earliest_sequence").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Reading.Form.class)
    void shouldTellAPlaceAheadAndGoOnFromTheEarliestWhenAsked(Reading.Form form) {
        Reading reading = Reading.read(GATEWAY, run, form, "from_sequence=99", "on_gap=continue");

        assertThat(reading.events()).isEqualTo(events);
        assertThat(reading.place()).isEqualTo(cursors.get(EVENTS - 1));
        assertThat(reading.gaps()).hasSize(1);
        JsonNode gap = reading.gaps().get(0);
        assertThat(gap.get("reason").asText()).isEqualTo("ahead");
        assertThat(gap.get("requested").asLong()).isEqualTo(99);
        assertThat(Reading.read(
                                GATEWAY,
                                run,
                                form,
                                "cursor=" + gap.get("earliest").asText())
                        .events())
                .isEqualTo(events);
    }

    /** Telling gaps forgives no forgery. */
    @Test
    void shouldRefuseABrokenCursorAlsoWhenGapsAreToBeTold() {
        assertThatRefused(ask(SSE, "cursor=x", "on_gap=continue"), 400, "invalid_cursor");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cursor=a&cursor=b",
                "from_sequence=1&from_sequence=2",
                "follow=false&follow=true",
                "types=a&types=b",
                "errors=&errors=stream",
                "limit=1&limit=1"
            })
    void shouldRefuseAParameterGivenTwice(String query) {
        Answer answer = ask(JSON, query);

        assertThatRefused(answer, 400, "invalid_request");
        assertThat(answer.details().get("problems").toString())
                .contains(query.substring(0, query.indexOf('=')) + " must be given once");
    }

    @Test
    void shouldTakeTheFirstPresentWayToNameAPlace() {
        String first = cursors.get(0);
        String second = cursors.get(1);
        for (Reading.Form form : Reading.Form.values()) {
            assertThat(read(form, "Last-Event-ID: " + second, "cursor=" + first, "from_sequence=0", "from=latest"))
                    .isEqualTo(events.subList(2, EVENTS));
            assertThat(read(form, "Last-Event-ID: ", "cursor=" + second, "from_sequence=0"))
                    .isEqualTo(events.subList(2, EVENTS));
            assertThat(read(form, "from_sequence=2", "after_sequence=0", "from=latest"))
                    .isEqualTo(events.subList(2, EVENTS));
            assertThat(read(form, "after_sequence=1", "from=latest")).isEqualTo(events.subList(1, EVENTS));
            assertThat(read(form, "from=latest")).isEmpty();
        }
        assertThatRefused(ask(SSE, "Last-Event-ID: broken", "cursor=" + second), 400, "invalid_cursor");
    }

    static Stream<List<String>> refusals() {
        return Stream.of(
                List.of("400", "invalid_request", "limit=0"),
                List.of("400", "invalid_request", "cursor=a", "cursor=b"),
                List.of("400", "invalid_cursor", "cursor=x"),
                List.of("400", "invalid_cursor", "Last-Event-ID: x"),
                List.of("403", "forbidden", "X-Scopes: runs:read"),
                List.of("410", "cursor_expired", "from_sequence=99"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void shouldTellEveryRefusalInTheStreamWhenAsked(List<String> refusal) {
        int status = Integer.parseInt(refusal.get(0));
        String code = refusal.get(1);
        List<String> request = new ArrayList<>(refusal.subList(2, refusal.size()));
        assertThatRefused(ask(SSE, request.toArray(String[]::new)), status, code);

        request.add("errors=stream");
        String[] asked = request.toArray(String[]::new);

        assertThatRefused(ask(JSON, asked), status, code);
        assertThat(errorInFrames(ask(SSE, asked))).isEqualTo(code);
        assertThat(errorInLines(ask(NDJSON, asked))).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {SSE, NDJSON})
    void shouldTellAnUnknownRunInTheStreamWhenAsked(String form) {
        Answer answer = Reading.ask(GATEWAY, Sample.runId(), form, List.of(), "errors=stream");

        assertThat(form.equals(SSE) ? errorInFrames(answer) : errorInLines(answer))
                .isEqualTo("not_found");
    }

    @Test
    void shouldGiveDetailsInTheStreamToo() {
        String text = ask(SSE, "from_sequence=99", "errors=stream").text();
        JsonNode error = Json.parse(text.substring(text.indexOf("data: ") + 6)).get("error");

        assertThat(error.at("/details/latest_cursor").asText()).isEqualTo(cursors.get(EVENTS - 1));
        assertThat(error.get("retryable").asBoolean()).isFalse();
    }

    /** No form is a stream then, so nothing could be told in one. */
    @Test
    void shouldRefuseAnUnknownFormByStatusAlways() {
        assertThatRefused(ask("text/html", "errors=stream"), 406, "not_acceptable");
    }

    private List<String> read(Reading.Form form, String... start) {
        return Reading.read(GATEWAY, run, form, start).events();
    }

    private Answer ask(String form, String... start) {
        return Reading.ask(GATEWAY, run, form, List.of(start));
    }

    private static void assertThatRefused(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.errorCode()).as(answer.toString()).isEqualTo(code);
    }

    private static String errorInFrames(Answer answer) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.mediaType()).isEqualTo(SSE);
        assertThat(answer.header("Cache-Control")).contains("no-store");
        assertThat(answer.text()).matches("event: agentos\\.error\ndata: \\{[^\n]*}\n\n");
        return Json.parse(answer.text().substring(answer.text().indexOf("data: ") + 6))
                .at("/error/code")
                .asText();
    }

    private static String errorInLines(Answer answer) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.mediaType()).isEqualTo(NDJSON);
        assertThat(answer.text().lines()).hasSize(1);
        return Json.parse(answer.text()).at("/agentos/error/error/code").asText();
    }
}
