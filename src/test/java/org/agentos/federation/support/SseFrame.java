package org.agentos.federation.support;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One block of an event stream up to its blank line; members it does not have are empty.
 *
 * @param raw its exact bytes, the blank line included
 * @param arrivedNanos by {@link System#nanoTime} when the blank line was read
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SseFrame(
        String event, String id, String data, String retry, List<String> comments, byte[] raw, long arrivedNanos) {

    static SseFrame of(byte[] raw, long arrivedNanos) {
        String event = "";
        String id = "";
        String retry = "";
        List<String> data = new java.util.ArrayList<>();
        List<String> comments = new java.util.ArrayList<>();
        for (String line : new String(raw, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isEmpty())
                .toList()) {
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1).replaceFirst("^ ", "");
            switch (field) {
                case "event" -> event = value;
                case "id" -> id = value;
                case "data" -> data.add(value);
                case "retry" -> retry = value;
                case "" -> comments.add(value);
                default -> {}
            }
        }
        return new SseFrame(event, id, String.join("\n", data), retry, List.copyOf(comments), raw, arrivedNanos);
    }

    public boolean is(String type) {
        return event.equals(type);
    }

    public JsonNode json() {
        return Json.parse(data);
    }

    public String text() {
        return new String(raw, StandardCharsets.UTF_8);
    }
}
