package org.agentos.federation.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.ByteSlice;

/**
 * Reads events out of JSON text, an envelope {@code {"event": {...}}} or a bare event, and keeps the producer's bytes:
 * nothing is serialised again. The array it reads from belongs to it from then on, since line breaks between tokens are
 * made spaces in place (inside a JSON string none can stand).
 */
public final class EventReader {
    private static final byte[] WRAP_BEFORE = "{\"event\":".getBytes(StandardCharsets.US_ASCII);

    /** Guesses no other encoding than UTF-8: of UTF-16 it knows no byte offsets, by which events are cut out. */
    static final JsonFactory JSON =
            JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build();

    private final int maxEventBytes;

    /** The limit keeps one producer's event from filling every reader's buffer. */
    public EventReader(int maxEventBytes) {
        this.maxEventBytes = maxEventBytes;
    }

    /**
     * Reads text that holds one event and nothing else: a line of NDJSON, the data of an SSE frame.
     *
     * @throws IOException if it is not JSON
     * @throws FederationException {@code payload_too_large}
     */
    public ReadEvent readOne(byte[] text) throws IOException {
        if (Utf8.firstInvalid(text) >= 0) {
            return ReadEvent.unusable("the text is not UTF-8");
        }
        try (JsonParser json = JSON.createParser(text)) {
            json.nextToken();
            ReadEvent event = read(json, text);
            if (json.nextToken() != null) {
                return ReadEvent.unusable("more than one JSON value");
            }
            return event;
        }
    }

    /** Reads the value the parser stands at; leaves the parser at its end. */
    ReadEvent read(JsonParser json, byte[] text) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return ReadEvent.unusable("an event must be a JSON object");
        }
        int start = Math.toIntExact(json.currentTokenLocation().getByteOffset());
        EventFields bare = new EventFields();
        EventFields wrapped = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            boolean envelope = json.nextToken() == JsonToken.START_OBJECT && name.equals("event");
            if (envelope && wrapped == null) {
                wrapped = readFields(json);
            } else if (envelope) {
                wrapped.problem = "event is given twice";
                json.skipChildren();
            } else {
                bare.take(name, json);
            }
        }
        int length = Math.toIntExact(json.currentTokenLocation().getByteOffset()) + 1 - start;
        return judge(wrapped != null ? wrapped : bare, wrapped == null, text, start, length);
    }

    private static EventFields readFields(JsonParser json) throws IOException {
        EventFields fields = new EventFields();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            fields.take(name, json);
        }
        return fields;
    }

    private ReadEvent judge(EventFields fields, boolean bare, byte[] text, int start, int length) {
        if (length > maxEventBytes) {
            throw new FederationException(ErrorCode.PAYLOAD_TOO_LARGE, "an event has " + length + " bytes")
                    .detail("limit_bytes", maxEventBytes);
        }
        String problem = fields.check();
        if (problem != null) {
            return ReadEvent.unusable(problem);
        }
        putOnOneLine(text, start, length);
        return new ReadEvent(
                fields.eventId,
                fields.runId,
                fields.tenantId,
                orEmpty(fields.agentId),
                Math.max(0, fields.sequence),
                orEmpty(fields.type),
                null,
                bare ? wrap(text, start, length) : new ByteSlice(text, start, length));
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    private static ByteSlice wrap(byte[] text, int start, int length) {
        byte[] wrapped = new byte[WRAP_BEFORE.length + length + 1];
        System.arraycopy(WRAP_BEFORE, 0, wrapped, 0, WRAP_BEFORE.length);
        System.arraycopy(text, start, wrapped, WRAP_BEFORE.length, length);
        wrapped[wrapped.length - 1] = '}';
        return ByteSlice.of(wrapped);
    }

    private static void putOnOneLine(byte[] text, int start, int length) {
        for (int i = start; i < start + length; i++) {
            if (text[i] == '\n' || text[i] == '\r') {
                text[i] = ' ';
            }
        }
    }
}
