package org.agentos.federation.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.function.Supplier;
import org.agentos.federation.support.Json;
import org.junit.jupiter.api.Test;

class BodiesTest {
    @Test
    void shouldMakeEventsOfTheStatedSize() {
        assertThat(Bodies.envelope("run_x", 1_000_000_001L)).hasSize(400);
    }

    @Test
    void shouldRaiseSequencesFromRequestToRequest() {
        // Given
        Supplier<Buffer> batches = Bodies.batches("/x", "run_x", 2);

        // When
        String first = body(batches.get());
        String second = body(batches.get());

        // Then
        assertThat(first).contains(Bodies.envelope("run_x", 1_000_000_001L), Bodies.envelope("run_x", 1_000_000_002L));
        assertThat(second).contains(Bodies.envelope("run_x", 1_000_000_003L), Bodies.envelope("run_x", 1_000_000_004L));
        assertThat(Json.parse(second).at("/events/1/event/sequence").asText()).isEqualTo(Bodies.sequenceAfter(4));
    }

    @Test
    void shouldStateTheLengthOfTheBody() {
        String request = Bodies.post("/x", Bodies.forward()).toString();

        assertThat(request)
                .contains("\r\nContent-Length: " + body(Buffer.buffer(request)).length() + "\r\n");
        assertThat(Json.parse(body(Buffer.buffer(request)))
                        .at("/forward/run_request/agent_id")
                        .asText())
                .isEqualTo("agt_1");
    }

    private static String body(Buffer request) {
        String text = request.toString();
        return text.substring(text.indexOf("\r\n\r\n") + 4);
    }
}
