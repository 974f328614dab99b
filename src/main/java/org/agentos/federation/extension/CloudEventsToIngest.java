package org.agentos.federation.extension;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Turns CloudEvents 1.0 in JSON, one or a batch, into the body of an ingest request. An event of theirs is known by its
 * source and id together, so {@code event_id} is {@code SOURCE#ID}; the run is the extension attribute {@code runid}, else
 * the {@code subject}; {@code sequence} is taken over, and {@code data} becomes the payload.
 */
public final class CloudEventsToIngest implements Processor {
    private static final ObjectMapper JSON = ExactJson.MAPPER;

    /** Named in one refusal: a batch may be wrong five thousand times. */
    private static final int MOST_PROBLEMS = 20;

    @Override
    public void process(Exchange exchange) throws IOException {
        Message message = exchange.getMessage();
        JsonNode read = read(message.getBody(byte[].class));
        ObjectNode ingest = JSON.createObjectNode();
        ArrayNode events = ingest.putArray("events");
        List<String> problems = new ArrayList<>();
        for (JsonNode event : read.isArray() ? read : JSON.createArrayNode().add(read)) {
            String problem = problem(event);
            if (problem == null) {
                events.addObject().set("event", translated(event));
            } else if (problems.size() < MOST_PROBLEMS) {
                problems.add("event " + (events.size() + problems.size()) + ": " + problem);
            }
        }
        if (!problems.isEmpty()) {
            throw new FederationException(
                            ErrorCode.INVALID_REQUEST, "the body is not CloudEvents 1.0 that can be taken")
                    .detail("problems", problems);
        }
        message.setBody(JSON.writeValueAsBytes(ingest));
    }

    private static JsonNode read(byte[] body) throws IOException {
        try {
            return JSON.readTree(body == null ? new byte[0] : body);
        } catch (JsonProcessingException notJson) {
            throw new FederationException(ErrorCode.INVALID_JSON, "the body is not JSON");
        }
    }

    private static String problem(JsonNode event) {
        if (!event.path("specversion").asText().equals("1.0")) {
            return "specversion must be 1.0";
        }
        for (String required : List.of("id", "source", "type")) {
            if (!event.path(required).isTextual()
                    || event.get(required).asText().isEmpty()) {
                return required + " is missing";
            }
        }
        return run(event).isEmpty() ? "neither runid nor subject names a run" : null;
    }

    private static String run(JsonNode event) {
        return event.path("runid").asText(event.path("subject").asText(""));
    }

    private static ObjectNode translated(JsonNode from) {
        ObjectNode event = JSON.createObjectNode();
        event.put("event_id", from.get("source").asText() + "#" + from.get("id").asText());
        event.put("run_id", run(from));
        event.set("type", from.get("type"));
        for (String same : List.of("time", "sequence")) {
            if (from.has(same)) {
                event.set(same, from.get(same));
            }
        }
        event.set("payload", payload(from));
        return event;
    }

    /** Data that is no object, Base64 too, keeps its name inside one. */
    private static JsonNode payload(JsonNode from) {
        if (from.path("data").isObject()) {
            return from.get("data");
        }
        ObjectNode payload = JSON.createObjectNode();
        for (String name : List.of("data", "data_base64")) {
            if (from.has(name)) {
                payload.set(name, from.get(name));
            }
        }
        return payload;
    }
}
