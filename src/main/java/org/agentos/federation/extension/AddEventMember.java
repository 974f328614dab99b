package org.agentos.federation.extension;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Puts a member into each event of an ingest body that does not have it. A body that is not JSON, or has no {@code events},
 * stays as it is: ingest says what is wrong with it.
 */
public final class AddEventMember implements Processor {
    private static final ObjectMapper JSON = ExactJson.MAPPER;

    private String name;
    private String value;

    public void setName(String name) {
        this.name = name;
    }

    public void setValue(String value) {
        this.value = value;
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        if (name == null || value == null) {
            throw new IllegalStateException("there is nothing to add; set the properties name and value of the bean");
        }
        Message message = exchange.getMessage();
        byte[] body = message.getBody(byte[].class);
        JsonNode read = read(body == null ? new byte[0] : body);
        if (read != null && read.path("events").isArray()) {
            read.get("events").forEach(this::add);
            message.setBody(JSON.writeValueAsBytes(read));
        }
    }

    private static JsonNode read(byte[] body) throws IOException {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException notJson) {
            return null;
        }
    }

    private void add(JsonNode envelope) {
        JsonNode event = envelope.path("event").isObject() ? envelope.get("event") : envelope;
        if (event instanceof ObjectNode object && !object.has(name)) {
            object.put(name, value);
        }
    }
}
