package org.agentos.federation.ingest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;
import org.agentos.federation.error.Ids;

/** The members of an event that the gateway reads, picked up while the rest is passed over. */
final class EventFields {
    /** Of a sequence, leading zeros included. */
    private static final int MOST_DIGITS = 40;

    String eventId;
    String runId;
    String tenantId;
    String agentId;
    String type;
    long sequence = -1;
    String problem;

    /** Takes the member whose value the parser stands at; leaves the parser at the value's end. */
    void take(String name, JsonParser json) throws IOException {
        switch (name) {
            case "event_id" -> eventId = once(name, eventId, id(name, json));
            case "run_id" -> runId = once(name, runId, id(name, json));
            case "tenant_id" -> tenantId = once(name, tenantId, id(name, json));
            case "agent_id" -> agentId = once(name, agentId, text(name, json));
            case "type" -> type = once(name, type, text(name, json));
            case "sequence" -> takeSequence(json);
            default -> json.skipChildren();
        }
    }

    /** Null, or why an event of these members cannot be used. */
    String check() {
        if (problem == null && eventId == null) {
            problem = "event_id is missing";
        }
        if (problem == null && runId == null) {
            problem = "run_id is missing";
        }
        return problem;
    }

    private String once(String name, String before, String value) {
        if (before != null) {
            problem = name + " is given twice";
        }
        return value;
    }

    private String id(String name, JsonParser json) throws IOException {
        String value = text(name, json);
        Optional<String> unfit = value == null ? Optional.empty() : Ids.problem(value);
        unfit.ifPresent(why -> problem = name + " " + why);
        return value;
    }

    private String text(String name, JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            return json.getText();
        }
        if (json.currentToken() != JsonToken.VALUE_NULL) {
            problem = name + " must be a string";
            json.skipChildren();
        }
        return null;
    }

    private void takeSequence(JsonParser json) throws IOException {
        if (sequence >= 0) {
            problem = "sequence is given twice";
        }
        sequence = 0;
        switch (json.currentToken()) {
            case VALUE_NULL -> {}
            case VALUE_NUMBER_INT, VALUE_STRING -> parseSequence(json.getText());
            default -> {
                problem = "sequence must be an integer";
                json.skipChildren();
            }
        }
    }

    private void parseSequence(String digits) {
        sequence = areDigits(digits) ? parse(digits) : -1;
        if (sequence < 0) {
            sequence = 0;
            problem = "sequence must be an integer from 0 to 9223372036854775807";
        }
    }

    /** {@code parseLong} alone would take signs and the digits of other scripts. */
    private static boolean areDigits(String text) {
        boolean digits = !text.isEmpty() && text.length() <= MOST_DIGITS;
        for (int i = 0; digits && i < text.length(); i++) {
            digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        return digits;
    }

    private static long parse(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException tooLarge) {
            return -1;
        }
    }
}
