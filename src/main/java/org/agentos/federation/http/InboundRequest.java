package org.agentos.federation.http;

import java.util.Map;
import java.util.Optional;

/** A request as it reached the listener, before anything was decided about it. */
public record InboundRequest(
        String method,
        String path,
        Map<String, String> query,
        Map<String, String> headers,
        String requestId,
        String correlationId) {

    /** The header's first value; names are compared without case. */
    public Optional<String> header(String name) {
        return headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
