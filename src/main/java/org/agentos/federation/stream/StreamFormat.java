package org.agentos.federation.stream;

import io.vertx.core.buffer.Buffer;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.StoredEvent;

/** How one open stream looks on the wire. Each method appends whole frames or lines. Not thread-safe. */
sealed interface StreamFormat permits SseFormat, NdjsonFormat {

    /** The position before any event, so that a connection cut at once can be resumed. */
    void open(Buffer out, Cursor at);

    void event(Buffer out, StoredEvent event);

    /** After the events that were ready together. */
    void afterEvents(Buffer out, Cursor at);

    /** A sign of life without news. */
    void silence(Buffer out, Cursor at);

    /** A position that no event told. */
    void position(Buffer out, Cursor at);

    void gap(Buffer out, Gap gap);

    void end(Buffer out, End end);

    /** Bytes that an event takes beyond its envelope. */
    int eventOverhead();
}
