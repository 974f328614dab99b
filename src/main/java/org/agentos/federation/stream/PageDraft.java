package org.agentos.federation.stream;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.RunCursors;
import org.agentos.federation.eventlog.RunLog;
import org.agentos.federation.eventlog.StoredEvent;

/** A page of events in the making: reads on until it is full or the log is at its end. Not thread-safe. */
final class PageDraft implements Slice.Visitor {
    /** Of envelopes in one page, or a thousand large events would stand in memory at once. */
    private static final int MAX_BYTES = 1 << 20;

    /** Events looked at in one read, of two at the most: a filter that shows none must not go through a long run. */
    private static final int MAX_SCANNED = 50_000;

    /** Gaps in one page: before events that a filter hides there could be as many as events are looked at. */
    private static final int MAX_GAPS = 1000;

    private final RunReader reader;
    private final TypeFilter types;
    private final int limit;
    private final List<StoredEvent> events = new ArrayList<>();
    private final List<Gap> gaps = new ArrayList<>();
    private Cursor at;
    private long bytes;
    private Optional<RunLog> state;

    PageDraft(RunReader reader, StreamRequest request, StartPoint start) {
        this.reader = reader;
        this.types = request.types();
        this.limit = request.limit();
        this.at = start.at();
        this.state = start.state();
        start.gap().ifPresent(gaps::add);
    }

    /** Reads what is there now. What was stored during the read is read too: more to come is no news without an event. */
    void readOn() {
        readToTheEnd();
        if (events.isEmpty() && hasMore()) {
            readToTheEnd();
        }
    }

    private void readToTheEnd() {
        int scanned = 0;
        boolean more = true;
        while (more && !full() && scanned < MAX_SCANNED) {
            Slice slice = reader.read(at);
            at = slice.tell(types, reader.cursors(), this);
            scanned += slice.events().size();
            more = slice.more();
        }
        state = reader.state();
    }

    /** Whether there is something to tell, so that nobody need wait. */
    boolean hasNews() {
        return !events.isEmpty() || !gaps.isEmpty() || place().endReached().isPresent() || hasMore();
    }

    @Override
    public boolean gap(Gap gap) {
        gaps.add(gap);
        return !full();
    }

    @Override
    public boolean event(StoredEvent event) {
        events.add(event);
        bytes += event.envelope().length();
        return !full();
    }

    /** The page as the contract prints it; the envelopes are the producer's own bytes. */
    Buffer json() {
        RunCursors cursors = reader.cursors();
        Buffer out = Buffer.buffer((int) bytes + events.size() * (RunCursors.LENGTH + 4) + 512);
        out.appendString("{\"events\":[");
        for (int i = 0; i < events.size(); i++) {
            ByteSlice envelope = events.get(i).envelope();
            comma(out, i).appendBytes(envelope.array(), envelope.offset(), envelope.length());
        }
        out.appendString("],\"cursors\":[");
        for (int i = 0; i < events.size(); i++) {
            quoted(comma(out, i), Cursor.after(events.get(i)));
        }
        quoted(out.appendString("],\"next_cursor\":"), at);
        out.appendString(",\"has_more\":").appendString(Boolean.toString(hasMore()));
        quoted(out.appendString(",\"earliest_cursor\":"), reader.earliest(state));
        quoted(out.appendString(",\"latest_cursor\":"), latest());
        out.appendString(",\"gaps\":").appendBytes(WireJson.bytes(gaps));
        place().endReached().ifPresent(end -> out.appendString(",\"end\":")
                .appendBytes(WireJson.bytes(new End(EndReason.of(end).wireName(), cursors.encode(at)))));
        return out.appendString("}");
    }

    private boolean full() {
        return events.size() >= limit || bytes >= MAX_BYTES || gaps.size() >= MAX_GAPS;
    }

    private boolean hasMore() {
        return state.filter(log -> log.latest().isAfter(at.position())).isPresent();
    }

    private StartPoint place() {
        return new StartPoint(at, Optional.empty(), state);
    }

    private Cursor latest() {
        return state.filter(log -> !log.latest().equals(at.position()))
                .map(log -> reader.cursorAt(log.latest(), log))
                .orElse(at);
    }

    private void quoted(Buffer out, Cursor cursor) {
        out.appendString("\"")
                .appendBytes(reader.cursors().encode(cursor).getBytes(StandardCharsets.US_ASCII))
                .appendString("\"");
    }

    private static Buffer comma(Buffer out, int index) {
        return index == 0 ? out : out.appendString(",");
    }
}
