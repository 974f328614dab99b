package org.agentos.federation.sse;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Section 9.2.6 of the HTML standard word by word, on a whole decoded stream: slow, and nothing but that. What the parser
 * for chunks is held against.
 */
final class StandardReader {
    private final List<String> events = new ArrayList<>();
    private String data = "";
    private String type = "";
    private String idBuffer = "";
    private String lastEventId = "";
    private OptionalLong reconnectionTime = OptionalLong.empty();

    StandardReader(byte[] stream) {
        String text = new String(stream, StandardCharsets.UTF_8);
        String[] lines = (text.startsWith("\uFEFF") ? text.substring(1) : text).split("\r\n|\r|\n", -1);
        for (int i = 0; i < lines.length - 1; i++) { // what follows the last end of line is no line
            line(lines[i]);
        }
    }

    List<String> events() {
        return events;
    }

    String lastEventId() {
        return lastEventId;
    }

    OptionalLong reconnectionTime() {
        return reconnectionTime;
    }

    private void line(String line) {
        int colon = line.indexOf(':');
        if (line.isEmpty()) {
            dispatch();
        } else if (colon > 0) {
            String value = line.substring(colon + 1);
            field(line.substring(0, colon), value.startsWith(" ") ? value.substring(1) : value);
        } else if (colon < 0) {
            field(line, "");
        }
    }

    private void field(String name, String value) {
        switch (name) {
            case "event" -> type = value;
            case "data" -> data += value + "\n";
            case "id" -> idBuffer = value.contains("\0") ? idBuffer : value;
            case "retry" ->
                reconnectionTime = value.matches("[0-9]+") ? OptionalLong.of(Long.parseLong(value)) : reconnectionTime;
            default -> {}
        }
    }

    private void dispatch() {
        lastEventId = idBuffer;
        if (!data.isEmpty()) {
            events.add((type.isEmpty() ? "message" : type) + "|" + data.substring(0, data.length() - 1) + "|"
                    + lastEventId);
        }
        data = "";
        type = "";
    }
}
