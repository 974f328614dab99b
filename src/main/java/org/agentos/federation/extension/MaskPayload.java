package org.agentos.federation.extension;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.common.base.Ascii;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Replaces members of events' payloads by {@code ***}, at any depth, in a page of events ({@code {"events":[...]}}) or in one
 * envelope or event. A body that is none of these, a stream say, fails the exchange: nothing leaves unmasked.
 */
public final class MaskPayload implements Processor {
    private static final TextNode MASK = TextNode.valueOf("***");
    private static final ObjectMapper JSON = ExactJson.MAPPER;

    private ImmutableSet<String> names = ImmutableSet.of();

    /** The members to mask, comma separated; case does not matter. */
    public void setNames(String text) {
        names = Splitter.on(',')
                .trimResults()
                .omitEmptyStrings()
                .splitToStream(text)
                .map(Ascii::toLowerCase)
                .collect(ImmutableSet.toImmutableSet());
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        if (names.isEmpty()) {
            throw new IllegalStateException("there is nothing to mask; set the property names of the bean");
        }
        Message message = exchange.getMessage();
        if (!(message.getBody() instanceof byte[] bytes)) {
            throw new IllegalStateException("only pages and events can be masked, not "
                    + (message.getBody() == null
                            ? "nothing"
                            : message.getBody().getClass().getName()));
        }
        JsonNode read = JSON.readTree(bytes);
        maskAll(read);
        message.setBody(JSON.writeValueAsBytes(read));
    }

    private void maskAll(JsonNode read) {
        if (read.path("events").isArray() && !isEvent(read)) {
            read.get("events").forEach(this::maskEvent);
        } else {
            maskEvent(read);
        }
    }

    /** An event's own bytes may hold a member events beside the others. */
    private static boolean isEvent(JsonNode read) {
        return read.path("event").isObject() || read.has("event_id");
    }

    private void maskEvent(JsonNode envelope) {
        JsonNode event = envelope.path("event").isObject() ? envelope.get("event") : envelope;
        if (!event.path("event_id").isValueNode()) {
            throw new IllegalStateException("the body holds something that is no event");
        }
        mask(event.path("payload"));
    }

    private void mask(JsonNode node) {
        if (node instanceof ObjectNode object) {
            List<String> members = new ArrayList<>();
            object.fieldNames().forEachRemaining(members::add);
            for (String member : members) {
                if (names.contains(Ascii.toLowerCase(member))) {
                    object.set(member, MASK);
                } else {
                    mask(object.get(member));
                }
            }
        } else {
            node.forEach(this::mask);
        }
    }
}
