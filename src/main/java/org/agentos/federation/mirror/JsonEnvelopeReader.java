package org.agentos.federation.mirror;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.RunKey;

/** Reads the few members that matter in one pass and keeps the peer's own bytes for the rest. */
public final class JsonEnvelopeReader implements EnvelopeReader {
    private static final byte[] WRAP = "{\"event\":".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_ID = 256;
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,19}");

    private final JsonFactory json = new JsonFactory();
    private final int maxEventBytes;

    /**
     * Makes a reader.
     *
     * @param maxEventBytes a larger frame is skipped
     */
    public JsonEnvelopeReader(int maxEventBytes) {
        this.maxEventBytes = maxEventBytes;
    }

    @Override
    public Reading read(RunKey run, byte[] data) {
        if (data.length > maxEventBytes) {
            return new Reading.Skipped(Reason.TOO_LARGE);
        }
        try (JsonParser parser = json.createParser(data)) {
            return judge(run, data, members(parser));
        } catch (IOException e) {
            return new Reading.Skipped(Reason.NOT_AN_EVENT);
        }
    }

    private static Reading judge(RunKey run, byte[] data, Members members) {
        if (!members.complete()) {
            return new Reading.Skipped(Reason.NOT_AN_EVENT);
        }
        if (members.tenantId != null && !members.tenantId.equals(run.tenantId())) {
            return new Reading.Skipped(Reason.OTHER_TENANT);
        }
        if (!members.runId.equals(run.runId())) {
            return new Reading.Skipped(Reason.OTHER_RUN);
        }
        ByteSlice envelope = ByteSlice.of(members.bare ? wrap(onOneLine(data)) : onOneLine(data));
        String type = members.type == null ? "" : members.type;
        return new Reading.Usable(new IncomingEvent(run, members.eventId, members.sequence, type, envelope));
    }

    private static Members members(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new IOException("not an object");
        }
        Members outer = new Members(true);
        Optional<Members> event = outer.readObject(parser);
        if (parser.nextToken() != null) {
            throw new IOException("more than one value");
        }
        return event.orElse(outer);
    }

    /** Line feeds stand between tokens only (in a string they are not JSON), where a space means the same. */
    private static byte[] onOneLine(byte[] data) {
        for (int i = 0; i < data.length; i++) {
            if (data[i] == '\n' || data[i] == '\r') {
                data[i] = ' ';
            }
        }
        return data;
    }

    private static byte[] wrap(byte[] event) {
        byte[] envelope = new byte[WRAP.length + event.length + 1];
        System.arraycopy(WRAP, 0, envelope, 0, WRAP.length);
        System.arraycopy(event, 0, envelope, WRAP.length, event.length);
        envelope[envelope.length - 1] = '}';
        return envelope;
    }

    /** The members of one object that make it an event. */
    private static final class Members {
        private final boolean bare;
        private String eventId;
        private String runId;
        private String tenantId;
        private String type;
        private long sequence;
        private boolean wrongType;

        Members(boolean bare) {
            this.bare = bare;
        }

        boolean complete() {
            return !wrongType && isId(eventId) && isId(runId);
        }

        /** Reads to the end of the object the parser has just entered; returns the event inside it, if it is an envelope. */
        Optional<Members> readObject(JsonParser parser) throws IOException {
            Optional<Members> event = Optional.empty();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (bare && name.equals("event") && value == JsonToken.START_OBJECT) {
                    Members inner = new Members(false);
                    inner.readObject(parser);
                    event = Optional.of(inner);
                } else {
                    readMember(name, value, parser);
                    parser.skipChildren();
                }
            }
            return event;
        }

        private void readMember(String name, JsonToken value, JsonParser parser) throws IOException {
            switch (name) {
                case "event_id" -> eventId = string(value, parser);
                case "run_id" -> runId = string(value, parser);
                case "tenant_id" -> tenantId = string(value, parser);
                case "type" -> type = string(value, parser);
                case "sequence" -> sequence = sequence(value, parser);
                default -> {
                    // the producer's business
                }
            }
        }

        private String string(JsonToken value, JsonParser parser) throws IOException {
            if (value == JsonToken.VALUE_STRING) {
                return parser.getText();
            }
            wrongType |= value != JsonToken.VALUE_NULL;
            return null;
        }

        private long sequence(JsonToken value, JsonParser parser) throws IOException {
            if (value == JsonToken.VALUE_NULL) {
                return 0;
            }
            boolean digits =
                    switch (value) {
                        case VALUE_NUMBER_INT -> true;
                        case VALUE_STRING -> DIGITS.matcher(parser.getText()).matches();
                        default -> false;
                    };
            long number = digits ? number(parser.getText()) : -1;
            wrongType |= number < 0;
            return number;
        }

        /** Minus one when it is not 0..2^63-1. */
        private static long number(String digits) {
            try {
                return Long.parseLong(digits);
            } catch (NumberFormatException tooLarge) {
                return -1;
            }
        }

        private static boolean isId(String id) {
            return id != null
                    && !id.isEmpty()
                    && id.length() <= MAX_ID
                    && id.chars().noneMatch(Character::isISOControl);
        }
    }
}
