package org.agentos.federation.http;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.Flow;

/** A response, ready to be written: nothing in it can fail any more but the client. */
record Answer(int status, MultiMap headers, Payload payload) {

    /** Bytes of a large body that stands in memory until the client has taken it; 0 where it is small, or made on the way. */
    long heldBytes() {
        return payload instanceof Pieces pieces ? Math.max(0, pieces.length()) : 0;
    }

    /** What follows the head. */
    sealed interface Payload {}

    /** A small body, written at once. */
    record Whole(Buffer bytes) implements Payload {}

    /**
     * A body written as the client takes it.
     *
     * @param length in bytes, or {@link #UNKNOWN} for a chunked body
     */
    record Pieces(Flow.Publisher<?> publisher, long length) implements Payload {
        static final long UNKNOWN = -1;
    }
}
