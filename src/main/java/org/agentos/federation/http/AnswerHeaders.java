package org.agentos.federation.http;

import java.util.Map;
import org.apache.camel.Exchange;

/** Headers that stand on every answer of a route, whether it let the request in or refused it. */
@FunctionalInterface
public interface AnswerHeaders {
    AnswerHeaders NONE = (routeId, exchange) -> Map.of();

    /**
     * The headers of one answer; on any thread, and never waits.
     *
     * @param exchange null where the request was refused before its route ran
     */
    Map<String, String> of(String routeId, Exchange exchange);
}
