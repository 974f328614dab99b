package org.agentos.federation.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.agentos.federation.support.Json;
import org.junit.jupiter.api.Test;

class StampReaderTest {
    private final StampedFrames frames = new StampedFrames("run_x");

    @Test
    void shouldFindEachTimeOfSendingWhereverTheStreamIsCut() {
        // Given
        Buffer stream = frames.next(2, 7).appendBuffer(frames.next(1, 1_234_567_890_123L));
        for (int cut = 0; cut <= stream.length(); cut++) {
            List<Long> sent = new ArrayList<>();
            StampReader reader = new StampReader(sent::add);

            // When
            reader.read(stream.slice(0, cut));
            reader.read(stream.slice(cut, stream.length()));

            // Then
            assertThat(sent).as("cut at " + cut).containsExactly(7L, 7L, 1_234_567_890_123L);
        }
    }

    @Test
    void shouldFindTimesInAStreamOfSingleBytes() {
        // Given
        Buffer stream = frames.next(3, 42);
        List<Long> sent = new ArrayList<>();
        StampReader reader = new StampReader(sent::add);

        // When
        for (int i = 0; i < stream.length(); i++) {
            reader.read(stream.slice(i, i + 1));
        }

        // Then
        assertThat(sent).containsExactly(42L, 42L, 42L);
    }

    @Test
    void shouldSendEventsOfTheStatedSizeWithRisingSequences() {
        List<String> lines = frames.next(2, 7).toString().lines().toList();

        assertThat(envelope(lines.get(2)).at("/event/sequence").asLong()).isEqualTo(Bodies.FIRST_SEQUENCE);
        assertThat(envelope(lines.get(6)).at("/event/sequence").asLong()).isEqualTo(Bodies.FIRST_SEQUENCE + 1);
        assertThat(lines.get(2)).hasSize("data: ".length() + Bodies.EVENT_BYTES);
    }

    private static JsonNode envelope(String line) {
        return Json.parse(line.substring("data: ".length()));
    }
}
