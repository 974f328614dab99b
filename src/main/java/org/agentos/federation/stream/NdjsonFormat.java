package org.agentos.federation.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.Map;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.RunCursors;
import org.agentos.federation.eventlog.StoredEvent;

/** An envelope a line; lines that begin with a member {@code agentos} are the gateway's own. */
final class NdjsonFormat implements StreamFormat {
    private static final byte[] OURS = "{\"agentos\":".getBytes(US_ASCII);
    private static final byte LINE_END = '\n';
    private static final byte SPACE = ' ';

    private final RunCursors cursors;

    NdjsonFormat(RunCursors cursors) {
        this.cursors = cursors;
    }

    @Override
    public void open(Buffer out, Cursor at) {
        position(out, at);
    }

    /** A producer's line that looks like ours gets a blank in front: it is the same JSON and deceives nobody. */
    @Override
    public void event(Buffer out, StoredEvent event) {
        ByteSlice envelope = event.envelope();
        if (looksLikeOurs(envelope)) {
            out.appendByte(SPACE);
        }
        out.appendBytes(envelope.array(), envelope.offset(), envelope.length()).appendByte(LINE_END);
    }

    @Override
    public void afterEvents(Buffer out, Cursor at) {
        position(out, at);
    }

    @Override
    public void silence(Buffer out, Cursor at) {
        position(out, at);
    }

    @Override
    public void position(Buffer out, Cursor at) {
        line(out, "cursor", cursors.encode(at));
    }

    @Override
    public void gap(Buffer out, Gap gap) {
        line(out, "gap", gap);
    }

    @Override
    public void end(Buffer out, End end) {
        line(out, "end", end);
    }

    @Override
    public int eventOverhead() {
        return 1;
    }

    static void error(Buffer out, Object error) {
        line(out, "error", error);
    }

    private static void line(Buffer out, String name, Object value) {
        out.appendBytes(OURS)
                .appendBytes(WireJson.bytes(Map.of(name, value)))
                .appendByte((byte) '}')
                .appendByte(LINE_END);
    }

    private static boolean looksLikeOurs(ByteSlice envelope) {
        int from = envelope.offset();
        return envelope.length() >= OURS.length
                && Arrays.equals(envelope.array(), from, from + OURS.length, OURS, 0, OURS.length);
    }
}
