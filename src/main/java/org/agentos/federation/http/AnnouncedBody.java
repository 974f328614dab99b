package org.agentos.federation.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/**
 * What a request's head says about its body.
 *
 * @param bytes its length, 0 without a body, {@link #UNKNOWN} when only its end will tell
 */
record AnnouncedBody(long bytes) {
    static final long UNKNOWN = -1;

    /** The unread rest of a refused body up to this size is read, and the connection kept. */
    private static final long SHORT_BYTES = 64 * 1024;

    static AnnouncedBody of(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            return new AnnouncedBody(UNKNOWN);
        }
        try {
            return new AnnouncedBody(length == null ? 0 : Long.parseLong(length));
        } catch (NumberFormatException e) {
            return new AnnouncedBody(UNKNOWN);
        }
    }

    boolean present() {
        return bytes != 0;
    }

    boolean isShort() {
        return bytes >= 0 && bytes <= SHORT_BYTES;
    }
}
