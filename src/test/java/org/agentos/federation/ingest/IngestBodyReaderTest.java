package org.agentos.federation.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IngestBodyReaderTest {
    private static final String EVENT = "{\"event_id\":\"e1\",\"run_id\":\"r1\",\"sequence\":7,\"type\":\"agentos.x\"}";

    private final IngestBodyReader reader = new IngestBodyReader(new EventReader(1024), 5);

    @Test
    void shouldReadEnvelopesOfAPeerThatNamesItself() {
        // When
        IngestBody body = read(
                "{\"peer_id\":\"stk_b\",\"auth\":{\"tenant_id\":\"t\",\"principal_id\":\"p\"},\"events\":[{\"event\":"
                        + EVENT + "}]}");

        // Then
        assertThat(body.claimedPeers()).containsExactly("stk_b");
        assertThat(body.auth().tenantId()).contains("t");
        assertThat(body.auth().principalId()).contains("p");
        assertThat(body.events()).singleElement().satisfies(event -> {
            assertThat(event.eventId()).isEqualTo("e1");
            assertThat(event.runId()).isEqualTo("r1");
            assertThat(event.tenantId()).isNull();
            assertThat(event.sequence()).isEqualTo(7);
            assertThat(event.type()).isEqualTo("agentos.x");
            assertThat(event.envelope()).hasToString("{\"event\":" + EVENT + "}");
        });
    }

    @Test
    void shouldRefuseABodyThatNamesTwoTenants() {
        // When
        FederationException refused = catchThrowableOfType(
                FederationException.class,
                () -> read("{\"auth\":{\"tenant_id\":\"t\"},\"events\":[],\"auth\":{\"tenant_id\":\"u\"}}"));

        // Then
        assertThat(refused.code()).isEqualTo(ErrorCode.TENANT_MISMATCH);
    }

    @Test
    void shouldReadPeerInfoShapeWithItsMembersAfterTheEvents() {
        // When
        IngestBody body = read("{\"events\":[{\"event\":" + EVENT + "}],\"traceparent\":\"00-x\","
                + "\"peer\":{\"region\":\"eu\",\"stack_id\":\"stk_b\",\"endpoints\":{\"stack_id\":\"no\"}}}");

        // Then
        assertThat(body.claimedPeers()).containsExactly("stk_b");
        assertThat(body.events()).hasSize(1);
    }

    @Test
    void shouldWrapBareEventsWithoutChangingTheirBytes() {
        // Given
        String bare =
                "{ \"payload\" : {\"n\": 1.50, \"run_id\":\"inner\"},\"run_id\":\"r1\",\"event_id\":\"\\u0065\" }";

        // When
        IngestBody body = read("{\"events\":[" + bare
                + "],\"ingest\":{\"source_stack_id\":\"stk_b\",\"dedupe\":{\"mode\":\"event_id\"}}}");

        // Then
        assertThat(body.claimedPeers()).containsExactly("stk_b");
        assertThat(body.events()).singleElement().satisfies(event -> {
            assertThat(event.eventId()).isEqualTo("e");
            assertThat(event.runId()).isEqualTo("r1");
            assertThat(event.sequence()).isZero();
            assertThat(event.envelope()).hasToString("{\"event\":" + bare + "}");
        });
    }

    @Test
    void shouldKeepBytesButLineBreaksBetweenTokens() {
        // Given
        String envelope =
                "{\r\n \"event\" : {\n\"event_id\":\"e\\n1\u00e9\u20ac\ud83d\ude00\",\"run_id\":\"r\"},\"more\":[1,2]}";

        // When
        List<ReadEvent> events = read("{\"events\":[{\"event\":" + EVENT + "}," + envelope + "]}")
                .events();

        // Then
        assertThat(events.get(1).problem()).isEqualTo("event_id contains a control character");
        String usable = envelope.replace("e\\n1", "e1");
        assertThat(read("{\"events\":[" + usable + "]}").events().get(0).envelope())
                .hasToString(usable.replace('\r', ' ').replace('\n', ' '));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{\"run_id\":\"r\"} | event_id is missing",
                "{\"event_id\":\"e\"} | run_id is missing",
                "{\"event_id\":null,\"run_id\":\"r\"} | event_id is missing",
                "{\"event_id\":1,\"run_id\":\"r\"} | event_id must be a string",
                "{\"event_id\":\"\",\"run_id\":\"r\"} | event_id is empty",
                "{\"event_id\":\"\\ud800\",\"run_id\":\"r\"} | event_id contains a control character",
                "{\"event_id\":\"e\",\"run_id\":\"\\udc00\\ud800\"} | run_id contains a control character",
                "{\"event_id\":\"e\",\"run_id\":{\"a\":[]}} | run_id must be a string",
                "{\"event_id\":\"e\",\"event_id\":\"f\",\"run_id\":\"r\"} | event_id is given twice",
                "{\"event_id\":\"e\",\"run_id\":\"r\",\"sequence\":-1} | sequence must be an integer from 0 to 9223372036854775807",
                "{\"event_id\":\"e\",\"run_id\":\"r\",\"sequence\":9223372036854775808} | sequence must be an integer from 0 to 9223372036854775807",
                "{\"event_id\":\"e\",\"run_id\":\"r\",\"sequence\":\"x\"} | sequence must be an integer from 0 to 9223372036854775807",
                "{\"event_id\":\"e\",\"run_id\":\"r\",\"sequence\":1.5} | sequence must be an integer",
                "{\"event_id\":\"e\",\"run_id\":\"r\",\"sequence\":1,\"sequence\":2} | sequence is given twice",
                "{\"event\":{\"event_id\":\"e\",\"run_id\":\"r\"},\"event\":{}} | event is given twice",
                "{\"event_id\":\"e\",\"run_id\":\"r\",\"tenant_id\":[]} | tenant_id must be a string",
                "17 | an event must be a JSON object",
                "[[\"event_id\"]] | an event must be a JSON object",
                "null | an event must be a JSON object"
            })
    void shouldCallEventUnusableWithoutFailingItsBatch(String event, String problem) {
        // When
        List<ReadEvent> events =
                read("{\"events\":[" + event + "," + EVENT + "]}").events();

        // Then
        assertThat(events).extracting(ReadEvent::problem).containsExactly(problem, null);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRefuseABatchWithATooLargeEvent(boolean lines) {
        // Given
        String large = EVENT.replace("agentos.x", "x".repeat(1024));
        byte[] body = (lines ? EVENT + "\n" + large : "{\"events\":[" + EVENT + "," + large + "]}")
                .getBytes(StandardCharsets.UTF_8);

        // When
        FederationException refusal = catchThrowableOfType(
                FederationException.class, () -> assertThat(lines ? reader.readLines(body) : reader.readJson(body))
                        .isNull());

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE);
        assertThat(refusal.details()).containsEntry("limit_bytes", 1024);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "'\"12\"',12", "9223372036854775807,9223372036854775807", "null,0", "'\"007\"',7"})
    void shouldTakeSequenceAsIntegerOrNumericString(String sequence, long expected) {
        // When
        List<ReadEvent> events = read("{\"events\":[{\"event_id\":\"e\",\"run_id\":\"r\",\"sequence\":" + sequence
                        + "}]}")
                .events();

        // Then
        assertThat(events.get(0).problem()).isNull();
        assertThat(events.get(0).sequence()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "{", "{\"events\":[{]}", "{\"events\":[]}{}", "{\"events\":[\"a\nb\"]}", "not json"})
    void shouldRefuseWhatIsNotOneJsonValue(String text) {
        assertThat(refusal(text).code()).isEqualTo(ErrorCode.INVALID_JSON);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "[] | the body must be a JSON object",
                "{} | events is missing",
                "{\"events\":{}} | events must be an array",
                "{\"events\":[],\"events\":[]} | events is given twice",
                "{\"events\":[],\"peer_id\":1} | peer_id must be a string",
                "{\"events\":[],\"auth\":[]} | auth must be an object",
                "{\"events\":[],\"auth\":{\"tenant_id\":{}}} | auth.tenant_id must be a string",
                "{\"events\":[],\"peer\":\"stk_b\"} | peer must be an object"
            })
    void shouldRefuseBodyOfAnotherForm(String text, String problem) {
        // When
        FederationException refusal = refusal(text);

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusal.details()).containsEntry("problems", List.of(problem));
    }

    @Test
    void shouldRefuseMoreEventsThanTheLimitWhole() {
        // Given
        String six = IntStream.range(0, 6).mapToObj(i -> EVENT).collect(Collectors.joining(","));

        // When
        FederationException refusal = refusal("{\"events\":[" + six + "]}");

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE);
        assertThat(refusal.details()).containsEntry("limit_events", 5);
    }

    @Test
    void shouldRefuseBodyThatIsNotUtf8EvenInAStringNobodyReads() {
        // Given
        byte[] before =
                "{\"events\":[{\"event_id\":\"e\",\"run_id\":\"r\",\"payload\":\"".getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(before);
        body.write(0xC3);
        body.writeBytes("(\"}]}".getBytes(StandardCharsets.UTF_8));

        // When
        FederationException refusal =
                catchThrowableOfType(FederationException.class, () -> reader.readJson(body.toByteArray()));

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_JSON);
        assertThat(refusal).hasMessage("the body is not UTF-8 at byte " + before.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void shouldRefuseOtherEncodingsThanUtf8(String charset) {
        // Given
        byte[] body = ("{\"events\":[" + EVENT + "]}").getBytes(Charset.forName(charset));

        // When
        FederationException refusal = catchThrowableOfType(FederationException.class, () -> reader.readJson(body));

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_JSON);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "event_id":"e","run_id":"r","sequence":"\u0669"  | sequence must be an integer from 0 to 9223372036854775807
                    "event_id":"e","run_id":"r","sequence":"+1"     | sequence must be an integer from 0 to 9223372036854775807
                    """)
    void shouldSetAsideAnEventWhoseSequenceIsNone(String members, String problem) {
        // When
        IngestBody body = read("{\"events\":[{" + members + "}," + EVENT + "]}");

        // Then
        assertThat(body.events()).extracting(ReadEvent::problem).containsExactly(problem, null);
    }

    @Test
    void shouldReadOneEventALine() {
        // When
        IngestBody body =
                reader.readLines(("{\"event\":" + EVENT + "}\r\n\n" + EVENT + "\n{\"event\":\n" + EVENT + EVENT)
                        .getBytes(StandardCharsets.UTF_8));

        // Then
        assertThat(body.events())
                .extracting(ReadEvent::problem)
                .containsExactly(null, null, "the line is not JSON", "more than one JSON value");
        assertThat(body.events().get(1).envelope()).hasToString("{\"event\":" + EVENT + "}");
    }

    private IngestBody read(String text) {
        return reader.readJson(text.getBytes(StandardCharsets.UTF_8));
    }

    private FederationException refusal(String text) {
        return catchThrowableOfType(FederationException.class, () -> read(text));
    }
}
