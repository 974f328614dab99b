package org.agentos.federation.subscription;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.agentos.federation.eventlog.ByteSlice;

/**
 * What a subscription reads out of an envelope; the log keeps the bytes alone.
 *
 * @param eventId "" when there is none, which no stored event lacks
 * @param type "" when there is none
 */
record EnvelopeFields(String eventId, String type) {
    private static final JsonFactory JSON = new JsonFactory();

    static EnvelopeFields of(ByteSlice envelope) {
        try (JsonParser json = JSON.createParser(envelope.array(), envelope.offset(), envelope.length())) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean event = json.currentName().equals("event");
                if (json.nextToken() == JsonToken.START_OBJECT && event) {
                    return ofEvent(json);
                }
                json.skipChildren();
            }
        } catch (IOException notJson) {
            // nothing that is not JSON was ever stored
        }
        return new EnvelopeFields("", "");
    }

    private static EnvelopeFields ofEvent(JsonParser json) throws IOException {
        String eventId = "";
        String type = "";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "event_id" -> eventId = json.getValueAsString("");
                case "type" -> type = json.getValueAsString("");
                default -> json.skipChildren();
            }
        }
        return new EnvelopeFields(eventId, type);
    }
}
