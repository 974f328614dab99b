package org.agentos.federation.ingest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.trust.BodyAuth;

/** Reads the three JSON shapes of an ingest body, and NDJSON, in one pass over the bytes. */
public final class IngestBodyReader {
    private final EventReader events;
    private final int maxBatchEvents;

    /** More events than {@code maxBatchEvents} in one body are refused whole: a batch is one step others wait for. */
    public IngestBodyReader(EventReader events, int maxBatchEvents) {
        this.events = events;
        this.maxBatchEvents = maxBatchEvents;
    }

    /**
     * Reads a JSON body; the array belongs to the events from then on.
     *
     * @throws FederationException {@code invalid_json}, {@code invalid_request}, {@code payload_too_large}
     */
    public IngestBody readJson(byte[] body) {
        Utf8.require(body);
        try (JsonParser json = EventReader.JSON.createParser(body)) {
            if (json.nextToken() == null) {
                throw new FederationException(ErrorCode.INVALID_JSON, "the body is empty");
            }
            if (json.currentToken() != JsonToken.START_OBJECT) {
                throw BodyClaims.invalid("the body must be a JSON object");
            }
            return readObject(json, body);
        } catch (JsonProcessingException e) {
            String where =
                    e.getLocation() == null ? "" : " at byte " + e.getLocation().getByteOffset();
            throw new FederationException(ErrorCode.INVALID_JSON, "the body is not JSON" + where);
        } catch (IOException e) {
            throw new FederationException(ErrorCode.INVALID_JSON, "the body is not JSON");
        }
    }

    /**
     * Reads a body of one event a line. Blank lines are passed over; a line that is not JSON is one unusable event.
     *
     * @throws FederationException {@code invalid_json} without any line, {@code payload_too_large}
     */
    public IngestBody readLines(byte[] body) {
        List<ReadEvent> read = new ArrayList<>();
        int start = 0;
        for (int end = 0; end <= body.length; end++) {
            if (end == body.length || body[end] == '\n') {
                readLine(Arrays.copyOfRange(body, start, end), read);
                start = end + 1;
            }
        }
        if (read.isEmpty()) {
            throw new FederationException(ErrorCode.INVALID_JSON, "the body is empty");
        }
        return new IngestBody(List.of(), BodyAuth.NONE, read);
    }

    private void readLine(byte[] line, List<ReadEvent> read) {
        if (new String(line, StandardCharsets.ISO_8859_1).isBlank()) {
            return;
        }
        requireRoom(read);
        try {
            read.add(events.readOne(line));
        } catch (IOException e) {
            read.add(ReadEvent.unusable("the line is not JSON"));
        }
    }

    private IngestBody readObject(JsonParser json, byte[] body) throws IOException {
        BodyClaims claims = new BodyClaims();
        List<ReadEvent> read = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            if (!name.equals("events")) {
                claims.take(name, json);
            } else if (read == null) {
                read = readEvents(json, body);
            } else {
                throw BodyClaims.invalid("events is given twice");
            }
        }
        if (json.nextToken() != null) {
            throw new FederationException(ErrorCode.INVALID_JSON, "the body goes on after its JSON object");
        }
        if (read == null) {
            throw BodyClaims.invalid("events is missing");
        }
        return new IngestBody(claims.peers, claims.auth(), read);
    }

    private List<ReadEvent> readEvents(JsonParser json, byte[] body) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw BodyClaims.invalid("events must be an array");
        }
        List<ReadEvent> read = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            requireRoom(read);
            read.add(events.read(json, body));
        }
        return read;
    }

    private void requireRoom(List<ReadEvent> read) {
        if (read.size() >= maxBatchEvents) {
            throw new FederationException(
                            ErrorCode.PAYLOAD_TOO_LARGE, "more than " + maxBatchEvents + " events in one batch")
                    .detail("limit_events", maxBatchEvents);
        }
    }
}
