package org.agentos.federation.forward;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A forward's body that was looked into before it is judged, so that it is parsed once: an exchange property. Good only for
 * the very array it was made of, since a route may put another body in its place.
 */
final class ParsedBody {
    static final String PROPERTY = "forwardBody";

    private final byte[] bytes;
    private final JsonNode root;

    private ParsedBody(byte[] bytes, JsonNode root) {
        this.bytes = bytes;
        this.root = root;
    }

    /** Empty for what is not JSON. */
    static Optional<ParsedBody> of(byte[] body) {
        try {
            return Optional.of(new ParsedBody(body, ForwardJson.read(body)));
        } catch (ForwardJson.NotJson e) {
            return Optional.empty();
        }
    }

    boolean isOf(byte[] body) {
        return bytes == body;
    }

    JsonNode root() {
        return root;
    }
}
