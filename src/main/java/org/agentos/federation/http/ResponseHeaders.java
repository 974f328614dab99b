package org.agentos.federation.http;

import io.vertx.core.MultiMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which message headers become response headers: those of a list, and nothing else, so that neither request headers nor
 * what a route keeps in headers for itself reaches a client. Content-Length and its kin are the engine's own.
 */
final class ResponseHeaders {
    private static final Logger LOG = LoggerFactory.getLogger(ResponseHeaders.class);

    private static final Set<String> ALLOWED = Set.of(
            "content-type",
            "retry-after",
            "allow",
            "www-authenticate",
            "cache-control",
            "vary",
            "location",
            "etag",
            "x-accel-buffering",
            "idempotent-replayed");
    private static final Set<String> ALLOWED_PREFIXES = Set.of("ratelimit", "x-agentos-");

    private ResponseHeaders() {}

    static void copy(Map<String, ?> from, MultiMap to) {
        from.forEach((name, value) -> {
            if (value != null && allowed(name)) {
                put(name, value.toString(), to);
            }
        });
    }

    private static boolean allowed(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return ALLOWED.contains(lower) || ALLOWED_PREFIXES.stream().anyMatch(lower::startsWith);
    }

    private static void put(String name, String value, MultiMap to) {
        if (printable(name) && printable(value)) {
            to.set(name, value);
        } else {
            LOG.warn(
                    "response header left out, it holds a character no header may hold header_length={}",
                    name.length());
        }
    }

    /** A line break in a value would let whoever chose it write headers of their own. */
    private static boolean printable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) >= 0x7f) {
                return false;
            }
        }
        return true;
    }
}
