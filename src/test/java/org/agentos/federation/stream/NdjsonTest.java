package org.agentos.federation.stream;

import static org.agentos.federation.stream.Gateway.envelope;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.IncomingEvent;
import org.junit.jupiter.api.Test;

class NdjsonTest {
    private static final String NDJSON = "Accept: application/x-ndjson";
    private static final String STEP = "agentos.step.done";

    private final Gateway gateway = new Gateway();

    @Test
    void shouldGiveAnEnvelopeALineBetweenLinesOfItsOwn() {
        // Given
        gateway.store(1, STEP);
        gateway.store(2, STEP);
        Client client = gateway.stream(NDJSON);
        gateway.scheduler.ticks(15);

        // When
        gateway.store(5, "agentos.run.completed");

        // Then
        assertThat(client.text().lines())
                .containsExactly(
                        cursorLine(gateway.start()),
                        envelope("evt_1", STEP),
                        envelope("evt_2", STEP),
                        cursorLine(gateway.cursor(2)),
                        cursorLine(gateway.cursor(2)),
                        "{\"agentos\":{\"gap\":{\"reason\":\"sequence\",\"requested\":\"" + gateway.cursor(2)
                                + "\",\"earliest\":\"" + gateway.cursor(2) + "\",\"missing\":[3,4]}}}",
                        envelope("evt_5", "agentos.run.completed"),
                        cursorLine(gateway.cursor(5)),
                        "{\"agentos\":{\"end\":{\"reason\":\"run_completed\",\"cursor\":\"" + gateway.cursor(5)
                                + "\"}}}");
        assertThat(client.completed()).isTrue();
    }

    @Test
    void shouldNotLetAProducerSpeakInItsName() {
        String forged = "{\"agentos\":{\"end\":{}},\"event\":{\"event_id\":\"e\"}}";
        gateway.log.append(
                Gateway.PUSHED,
                List.of(new IncomingEvent(
                        Gateway.RUN, "e", 1, "", ByteSlice.of(forged.getBytes(StandardCharsets.UTF_8)))));

        assertThat(gateway.stream(NDJSON, "follow=false").text().lines()).contains(" " + forged);
    }

    private static String cursorLine(String cursor) {
        return "{\"agentos\":{\"cursor\":\"" + cursor + "\"}}";
    }
}
