package org.agentos.federation.eventlog.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Optional;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.IncomingEvent;

/**
 * Compares a stored envelope with one that came under the same event_id hash. The JSON value of {@code event} counts:
 * white space, member order and what stands beside {@code event} do not; numbers are equal when their exact values are.
 * An object with a member named twice has no certain value and equals only its own bytes.
 */
enum SameContent {
    SAME,
    OTHER_CONTENT,
    /** The hashes of two event_ids collided. */
    OTHER_EVENT_ID;

    private static final JsonMapper EXACT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    static SameContent compare(ByteSlice stored, IncomingEvent incoming) {
        if (stored.sameBytes(incoming.envelope())) {
            return SAME;
        }
        Optional<JsonNode> there = event(stored);
        if (there.isPresent() && !there.get().path("event_id").asText().equals(incoming.eventId())) {
            return OTHER_EVENT_ID;
        }
        Optional<JsonNode> here = event(incoming.envelope());
        boolean same =
                there.isPresent() && here.isPresent() && there.get().equals(SameContent::compareScalars, here.get());
        return same ? SAME : OTHER_CONTENT;
    }

    private static Optional<JsonNode> event(ByteSlice envelope) {
        try {
            JsonNode tree = EXACT.readTree(envelope.array(), envelope.offset(), envelope.length());
            return Optional.ofNullable(tree.get("event"));
        } catch (JsonProcessingException noCertainValue) {
            return Optional.empty();
        } catch (IOException impossible) {
            throw new IllegalStateException("reading JSON from memory failed", impossible);
        }
    }

    private static int compareScalars(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue());
        }
        return one.equals(other) ? 0 : 1;
    }
}
