package org.agentos.federation.sse;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.buffer.Buffer;
import java.util.random.RandomGenerator;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.RunCursors;
import org.agentos.federation.eventlog.StoredEvent;

/**
 * Writes the server-sent events of one stream, byte for byte as the contract prints them. Every method appends one whole
 * frame. Data is on one line already, so nothing is searched or copied on the way. Not thread-safe.
 */
public final class FrameWriter {
    /** Bounds in milliseconds of a client's wait before it reconnects: spread, so that all do not come back at once. */
    private static final int RETRY_FROM = 1500;

    private static final int RETRY_TO = 3000;

    private static final byte[] RETRY = ascii("retry: ");
    private static final byte[] ID = ascii("id: ");
    private static final byte[] EVENT = ascii("event: agentos.event\nid: ");
    private static final byte[] GAP = ascii("event: agentos.gap");
    private static final byte[] END = ascii("event: agentos.end");
    private static final byte[] ERROR = ascii("event: agentos.error");
    private static final byte[] DATA = ascii("\ndata: ");
    private static final byte[] NEW_LINE = ascii("\n");
    private static final byte[] FRAME_END = ascii("\n\n");
    private static final byte[] HEARTBEAT = ascii(": hb\n\n");

    /** What an event's frame adds to its envelope. */
    public static final int EVENT_OVERHEAD = EVENT.length + RunCursors.LENGTH + DATA.length + FRAME_END.length;

    private final RunCursors cursors;
    private final byte[] cursor = new byte[RunCursors.LENGTH];

    public FrameWriter(RunCursors cursors) {
        this.cursors = cursors;
    }

    /** The first frame: the reconnect delay, drawn anew for each connection, and the position before any event. */
    public void open(Buffer out, RandomGenerator random, Cursor at) {
        out.appendBytes(RETRY)
                .appendBytes(ascii(Integer.toString(random.nextInt(RETRY_FROM, RETRY_TO + 1))))
                .appendBytes(NEW_LINE);
        id(out.appendBytes(ID), at);
        out.appendBytes(FRAME_END);
    }

    public void event(Buffer out, StoredEvent event) {
        ByteSlice envelope = event.envelope();
        cursors.encode(event.position(), event.idHash(), cursor);
        out.appendBytes(EVENT)
                .appendBytes(cursor)
                .appendBytes(DATA)
                .appendBytes(envelope.array(), envelope.offset(), envelope.length())
                .appendBytes(FRAME_END);
    }

    public void heartbeat(Buffer out) {
        out.appendBytes(HEARTBEAT);
    }

    /** The heartbeat that carries a position the client has not been told with an event. */
    public void heartbeat(Buffer out, Cursor at) {
        id(out.appendBytes(ID), at);
        out.appendBytes(NEW_LINE).appendBytes(HEARTBEAT);
    }

    /** Tells missing events; the JSON is on one line, here as in {@link #end} and {@link #error}. */
    public void gap(Buffer out, byte[] json) {
        frame(out, GAP, json);
    }

    public void end(Buffer out, byte[] json) {
        frame(out, END, json);
    }

    public static void error(Buffer out, byte[] json) {
        frame(out, ERROR, json);
    }

    private void id(Buffer out, Cursor at) {
        cursors.encode(at.position(), at.idHash(), cursor);
        out.appendBytes(cursor);
    }

    private static void frame(Buffer out, byte[] name, byte[] json) {
        out.appendBytes(name).appendBytes(DATA).appendBytes(json).appendBytes(FRAME_END);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
