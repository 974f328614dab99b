package org.agentos.federation.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The gateway's own words inside a stream, as JSON on one line. */
final class WireJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private WireJson() {}

    static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a wire record that is no JSON", e);
        }
    }
}
