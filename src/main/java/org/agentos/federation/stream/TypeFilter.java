package org.agentos.federation.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.List;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.peer.Allowance;

/**
 * Which events a reader wants to see, by their type.
 *
 * @param showsAll no event need be looked at
 */
record TypeFilter(Allowance types, boolean showsAll) {
    static final TypeFilter ALL = new TypeFilter(Allowance.ALL, true);

    private static final JsonFactory JSON = new JsonFactory();

    static TypeFilter of(List<String> patterns) {
        return new TypeFilter(new Allowance(patterns), false);
    }

    boolean shows(ByteSlice envelope) {
        return showsAll || types.allows(typeOf(envelope));
    }

    /** {@code event.type}; "" when there is none. Read from the bytes: the log keeps no types. */
    private static String typeOf(ByteSlice envelope) {
        try (JsonParser json = JSON.createParser(envelope.array(), envelope.offset(), envelope.length())) {
            json.nextToken();
            return enter(json, "event") && json.currentToken() == JsonToken.START_OBJECT && enter(json, "type")
                    ? json.getValueAsString("")
                    : "";
        } catch (IOException notJson) {
            return "";
        }
    }

    /** Moves on to the value of a member of the object the parser stands in. */
    private static boolean enter(JsonParser json, String member) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = json.currentName().equals(member);
            json.nextToken();
            if (found) {
                return true;
            }
            json.skipChildren();
        }
        return false;
    }
}
