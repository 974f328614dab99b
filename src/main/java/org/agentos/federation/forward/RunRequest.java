package org.agentos.federation.forward;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code run_request} of a forward as slices of the body it came in. Its members are the peer's business: they go
 * out byte for byte as they came in, without {@code agent_id}, which moves into the URL.
 */
final class RunRequest {
    /** Requests of unknown end stay in memory until they are settled, up to 10,000 a peer; larger ones wait for a caller. */
    private static final int MAX_KEPT_BYTES = 8 * 1024;

    private final byte[] body;
    private final Map<String, Slice> members = new LinkedHashMap<>();

    private record Slice(int start, int end) {}

    private RunRequest(byte[] body) {
        this.body = body;
    }

    /** @param body JSON that is known to be well-formed and to hold the object {@code forward.run_request} */
    static RunRequest in(byte[] body) throws IOException {
        RunRequest request = new RunRequest(body);
        try (JsonParser parser = ForwardJson.FACTORY.createParser(body)) {
            parser.nextToken();
            request.descend(parser, "forward", "run_request");
        }
        return request;
    }

    /** Walks down the named members; of a name that stands twice the last counts, as in every other reading of the body. */
    private void descend(JsonParser parser, String name, String next) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = parser.currentName().equals(name);
            boolean object = parser.nextToken() == JsonToken.START_OBJECT;
            if (!wanted) {
                parser.skipChildren();
                continue;
            }
            members.clear();
            if (!object) {
                parser.skipChildren();
            } else if (next == null) {
                slice(parser);
            } else {
                descend(parser, next, null);
            }
        }
    }

    private void slice(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            int start = (int) parser.currentTokenLocation().getByteOffset();
            boolean text = parser.nextToken() == JsonToken.VALUE_STRING;
            parser.finishToken();
            parser.skipChildren();
            if (!name.equals("idempotency_key") || text) {
                members.put(
                        name, new Slice(start, (int) parser.currentLocation().getByteOffset()));
            }
        }
        members.remove("agent_id");
    }

    /** The whole body it came in, where it is small enough to be kept with the intent. */
    Optional<String> kept() {
        return body.length <= MAX_KEPT_BYTES ? Optional.of(new String(body, StandardCharsets.UTF_8)) : Optional.empty();
    }

    /** The body for the peer. It holds the key even where the caller gave it by header or not at all. */
    byte[] toPeer(String idempotencyKey) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + idempotencyKey.length() + 32);
        char separator = '{';
        for (Slice member : members.values()) {
            out.write(separator);
            out.write(body, member.start, member.end - member.start);
            separator = ',';
        }
        if (!members.containsKey("idempotency_key")) {
            String member = separator + "\"idempotency_key\":" + TextNode.valueOf(idempotencyKey);
            out.writeBytes(member.getBytes(StandardCharsets.UTF_8));
        }
        out.write('}');
        return out.toByteArray();
    }
}
