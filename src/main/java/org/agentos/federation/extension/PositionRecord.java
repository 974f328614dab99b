package org.agentos.federation.extension;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What each transaction writes beside its events, under the transactional id as its key; the last one counts:
 *
 * <pre>
 * {"format":1,"owner":"f3...","since":"2026-11-22T08:00:00Z","first":["7.0:1f0c...",...],"again":[]}
 * </pre>
 *
 * @param owner which process writes, by an id it made at its start
 * @param since when it began to, ISO 8601
 * @param published which events are in the topic then, this transaction's among them
 */
record PositionRecord(String owner, String since, PublishedMarks published) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FORMAT = 1;

    PositionRecord with(PublishedMarks now) {
        return new PositionRecord(owner, since, now);
    }

    byte[] encode() {
        ObjectNode record = JSON.createObjectNode()
                .put("format", FORMAT)
                .put("owner", owner)
                .put("since", since);
        put(record.putArray("first"), published.first());
        put(record.putArray("again"), published.again());
        try {
            return JSON.writeValueAsBytes(record);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void put(ArrayNode array, Collection<String> marks) {
        marks.forEach(array::add);
    }

    /** @throws IllegalStateException when it is none: to guess would be to lose events or to double them */
    static PositionRecord decode(byte[] value) {
        JsonNode record = read(value);
        if (record.path("format").asInt() != FORMAT) {
            throw new IllegalStateException("the position topic's last record is of no format known here");
        }
        return new PositionRecord(
                record.path("owner").asText(),
                record.path("since").asText(),
                new PublishedMarks(marks(record.path("first")), marks(record.path("again"))));
    }

    private static JsonNode read(byte[] value) {
        try {
            return JSON.readTree(value == null ? new byte[0] : value);
        } catch (IOException notJson) {
            throw new IllegalStateException("the position topic's last record is not JSON", notJson);
        }
    }

    private static List<String> marks(JsonNode array) {
        List<String> marks = new ArrayList<>();
        array.forEach(mark -> marks.add(mark.asText()));
        return marks;
    }
}
