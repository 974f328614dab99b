package org.agentos.federation.http;

import java.util.List;
import java.util.Set;

/**
 * What the engine knows of a route before any exchange exists.
 *
 * @param methods it serves, in capitals
 * @param consumes media types of a body; empty: any
 * @param produces media types it can answer with; empty: any
 */
record HttpRoute(
        PathPattern pattern,
        List<String> parameterNames,
        Set<String> methods,
        List<MediaRange> consumes,
        List<MediaRange> produces,
        HttpRouteConsumer consumer) {

    boolean takes(String contentType) {
        if (consumes.isEmpty() || contentType == null) {
            return true;
        }
        List<MediaRange> sent = MediaRange.parseList(contentType);
        return sent.size() == 1 && consumes.stream().anyMatch(range -> range.covers(sent.get(0)));
    }

    boolean gives(List<MediaRange> accepted) {
        return MediaRange.acceptable(accepted, produces);
    }

    /** Whether one request could belong to both routes with nothing to decide by. */
    boolean clashesWith(HttpRoute other) {
        return pattern.equals(other.pattern)
                && methods.stream().anyMatch(other.methods::contains)
                && consumes.equals(other.consumes)
                && produces.equals(other.produces);
    }
}
