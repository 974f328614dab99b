package org.agentos.federation.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.mirror.EnvelopeReader.Reading;
import org.agentos.federation.mirror.EnvelopeReader.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonEnvelopeReaderTest {
    private static final RunKey RUN = new RunKey("tnt_a", "run_1");
    private static final String IDS = "\"event_id\":\"e1\",\"run_id\":\"run_1\"";

    @Test
    void shouldKeepTheBytesOfAnEnvelope() {
        // Given
        String envelope =
                "{\"v\":1, \"event\":{" + IDS + ",\"sequence\":7,\"type\":\"t\",\"payload\":{\"run_id\":\"x\"}}}";

        // When
        IncomingEvent event = usable(envelope);

        // Then
        assertThat(event.run()).isEqualTo(RUN);
        assertThat(event.eventId()).isEqualTo("e1");
        assertThat(event.sequence()).isEqualTo(7);
        assertThat(event.type()).isEqualTo("t");
        assertThat(event.envelope()).hasToString(envelope);
    }

    @Test
    void shouldWrapABareEvent() {
        // When
        IncomingEvent event = usable("{" + IDS + ",\"event\":\"its own member\"}");

        // Then
        assertThat(event.envelope()).hasToString("{\"event\":{" + IDS + ",\"event\":\"its own member\"}}");
    }

    @Test
    void shouldPutAnEnvelopeOnOneLine() {
        // When
        IncomingEvent event = usable("{\"event\":\n{" + IDS.replace(",", ",\n") + "}\n}");

        // Then
        assertThat(event.envelope()).hasToString("{\"event\": {" + IDS.replace(",", ", ") + "} }");
    }

    @ParameterizedTest
    @CsvSource({"5, 5", "'\"12\"', 12", "0, 0", "null, 0", "9223372036854775807, 9223372036854775807"})
    void shouldReadSequencesOfBothForms(String sequence, long expected) {
        assertThat(usable("{\"event\":{" + IDS + ",\"sequence\":" + sequence + "}}")
                        .sequence())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"event\":{}}",
                "{\"event\":{\"event_id\":\"e1\"}}",
                "{\"event\":{\"run_id\":\"run_1\"}}",
                "{\"event\":{\"event_id\":\"\",\"run_id\":\"run_1\"}}",
                "{\"event\":{\"event_id\":\"a\\u0000b\",\"run_id\":\"run_1\"}}",
                "{\"event\":{\"event_id\":\"\\ud800\",\"run_id\":\"run_1\"}}",
                "{\"event\":{\"event_id\":1,\"run_id\":\"run_1\"}}",
                "{\"event\":{" + IDS + ",\"sequence\":-1}}",
                "{\"event\":{" + IDS + ",\"sequence\":1.0}}",
                "{\"event\":{" + IDS + ",\"sequence\":\"+1\"}}",
                "{\"event\":{" + IDS + ",\"sequence\":9223372036854775808}}",
                "{\"event\":{" + IDS + ",\"tenant_id\":{}}}",
                "{\"event\":{" + IDS + "}} {}",
                "{\"event\":{" + IDS + "}",
                "{\"event\":{" + IDS + ",\"x\":\"line\nbreak\"}}",
            })
    void shouldSkipWhatIsNotAnEvent(String data) {
        assertThat(read(data)).isEqualTo(new Reading.Skipped(Reason.NOT_AN_EVENT));
    }

    @Test
    void shouldSkipEventsOfAnotherTenantOrRun() {
        assertThat(read("{\"event\":{" + IDS + ",\"tenant_id\":\"tnt_b\"}}"))
                .isEqualTo(new Reading.Skipped(Reason.OTHER_TENANT));
        assertThat(read("{\"event\":{\"event_id\":\"e1\",\"run_id\":\"run_2\"}}"))
                .isEqualTo(new Reading.Skipped(Reason.OTHER_RUN));
    }

    @Test
    void shouldSkipAnEventOverTheLimit() {
        // Given
        String envelope = "{\"event\":{" + IDS + ",\"x\":\"%s\"}}";
        int room = 200 - envelope.length() + 2;

        // Then
        assertThat(usable(envelope.formatted("x".repeat(room)))).isNotNull();
        assertThat(read(envelope.formatted("x".repeat(room + 1)))).isEqualTo(new Reading.Skipped(Reason.TOO_LARGE));
    }

    private static IncomingEvent usable(String data) {
        return ((Reading.Usable) read(data)).event();
    }

    private static Reading read(String data) {
        return new JsonEnvelopeReader(200).read(RUN, data.getBytes(StandardCharsets.UTF_8));
    }
}
