package org.agentos.federation.stream;

import io.vertx.core.buffer.Buffer;
import java.util.random.RandomGenerator;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.RunCursors;
import org.agentos.federation.eventlog.StoredEvent;
import org.agentos.federation.sse.FrameWriter;

/** Server-sent events. */
final class SseFormat implements StreamFormat {
    private final FrameWriter frames;
    private final RandomGenerator random;

    SseFormat(RunCursors cursors, RandomGenerator random) {
        this.frames = new FrameWriter(cursors);
        this.random = random;
    }

    @Override
    public void open(Buffer out, Cursor at) {
        frames.open(out, random, at);
    }

    @Override
    public void event(Buffer out, StoredEvent event) {
        frames.event(out, event);
    }

    /** Nothing: each event's frame has told its position. */
    @Override
    public void afterEvents(Buffer out, Cursor at) {}

    @Override
    public void silence(Buffer out, Cursor at) {
        frames.heartbeat(out);
    }

    @Override
    public void position(Buffer out, Cursor at) {
        frames.heartbeat(out, at);
    }

    @Override
    public void gap(Buffer out, Gap gap) {
        frames.gap(out, WireJson.bytes(gap));
    }

    @Override
    public void end(Buffer out, End end) {
        frames.end(out, WireJson.bytes(end));
    }

    @Override
    public int eventOverhead() {
        return FrameWriter.EVENT_OVERHEAD;
    }
}
