package org.agentos.federation.forward.store;

import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.Processor;

/** What the route names that appends to the journal, in Java: it is run for every group of lines. */
public final class SegmentSteps {
    private SegmentSteps() {}

    /** The steps for these files, by the names they have in the route. */
    public static Map<String, Object> of(ForwardFiles files) {
        Predicate isOpen = exchange -> files.isOpen(segment(exchange));
        Processor append = exchange -> files.append(exchange.getMessage().getBody(byte[].class));
        Processor open = exchange -> files.force(segment(exchange));
        return Map.of("segmentOpen", isOpen, "appendToSegment", append, "openSegment", open);
    }

    private static String segment(Exchange exchange) {
        return (String) exchange.getMessage().getHeader(Exchange.FILE_NAME);
    }
}
