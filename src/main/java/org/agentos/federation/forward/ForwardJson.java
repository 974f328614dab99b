package org.agentos.federation.forward;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** How forwards read and write JSON. Only UTF-8 is taken, since the members of a run request are passed on as bytes. */
final class ForwardJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    static final JsonFactory FACTORY = MAPPER.getFactory();

    private ForwardJson() {}

    static JsonNode read(byte[] json) throws NotJson {
        if (json.length > 1 && (json[0] == 0 || json[1] == 0 || isMarked(json[0]))) {
            throw new NotJson("is not UTF-8");
        }
        try {
            JsonNode node = MAPPER.readTree(json);
            if (node == null || node.isMissingNode()) {
                throw new NotJson("is empty");
            }
            return node;
        } catch (IOException e) {
            throw new NotJson(reason(e));
        } catch (NumberFormatException e) {
            throw new NotJson("has a number with too large an exponent");
        }
    }

    /** A byte order mark of UTF-16 or UTF-32 begins with a byte that UTF-8 never has. */
    private static boolean isMarked(byte first) {
        return first == (byte) 0xfe || first == (byte) 0xff;
    }

    /** Jackson's own text quotes the input; only the place is told. */
    private static String reason(IOException e) {
        if (e instanceof com.fasterxml.jackson.core.JsonProcessingException broken && broken.getLocation() != null) {
            return "is not JSON at line " + broken.getLocation().getLineNr() + ", column "
                    + broken.getLocation().getColumnNr();
        }
        return "is not JSON";
    }

    /** The bytes are not one JSON value; the message ends a sentence that begins with what they are. */
    static final class NotJson extends Exception {
        NotJson(String message) {
            super(message, null, false, false);
        }
    }
}
