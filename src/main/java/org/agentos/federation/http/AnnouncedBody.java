package org.agentos.federation.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/**
 * What a request's head says about its body.
 *
 * @param bytes its length, 0 without a body, {@link #UNKNOWN} when only its end will tell
 * @param codings the values of Transfer-Encoding
 */
record AnnouncedBody(long bytes, List<String> codings) {
    static final long UNKNOWN = -1;

    /** The unread rest of a refused body up to this size is read, and the connection kept. */
    private static final long SHORT_BYTES = 64 * 1024;

    static AnnouncedBody of(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        if (!codings.isEmpty()) {
            return new AnnouncedBody(UNKNOWN, codings);
        }
        try {
            return new AnnouncedBody(length == null ? 0 : Long.parseLong(length), codings);
        } catch (NumberFormatException e) {
            return new AnnouncedBody(UNKNOWN, codings);
        }
    }

    /** Another coding than chunked is not undone here, and where such a body ends others may see otherwise. */
    boolean isCodedUnclearly() {
        return !codings.isEmpty()
                && !(codings.size() == 1 && codings.get(0).strip().equalsIgnoreCase("chunked"));
    }

    boolean present() {
        return bytes != 0;
    }

    boolean isShort() {
        return bytes >= 0 && bytes <= SHORT_BYTES;
    }
}
