package org.agentos.federation.stream;

import java.util.List;
import java.util.Optional;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.CursorCodec;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.LogPage;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunCursors;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;
import org.agentos.federation.eventlog.StoredEvent;

/**
 * Reads one of a run's logs slice by slice, the same way for every form of answer: from the live tail where that reaches
 * back far enough, else from the disk. When another log has taken its place there is nothing more to read. May block on
 * the disk. Thread-safe.
 */
final class RunReader {
    /** Events of one slice: what one turn of a reader may cost the others. */
    private static final int SLICE_EVENTS = 1024;

    private final EventLog log;
    private final RunKey run;
    private final long generation;
    private final RunCursors cursors;
    private final int sliceBytes;

    private RunReader(EventLog log, RunKey run, long generation, RunCursors cursors, int sliceBytes) {
        this.log = log;
        this.run = run;
        this.generation = generation;
        this.cursors = cursors;
        this.sliceBytes = sliceBytes;
    }

    /**
     * Of a run's log as it was found.
     *
     * @param found empty before the first event
     * @param sliceBytes of envelopes in one slice; a single larger event still makes one
     */
    static RunReader of(EventLog log, RunKey run, Optional<RunLog> found, CursorCodec codec, int sliceBytes) {
        return new RunReader(log, run, generationOf(found), codec.forLog(run, found), sliceBytes);
    }

    private static long generationOf(Optional<RunLog> found) {
        return found.map(RunLog::generation).orElse(0L);
    }

    RunKey run() {
        return run;
    }

    RunCursors cursors() {
        return cursors;
    }

    /** Which of the run's logs is read. */
    long generation() {
        return generation;
    }

    /** Whether the run has another log by now. */
    boolean isReplaced() {
        return generationOf(log.find(run)) != generation;
    }

    /** The log as it is now; empty before its first event, and once it was replaced. */
    Optional<RunLog> state() {
        return log.find(run).filter(found -> found.generation() == generation);
    }

    Slice read(Cursor after) {
        return read(after, sliceBytes);
    }

    /** @param bytes of envelopes at most, and no more than a slice; a single larger event still makes one */
    Slice read(Cursor after, int bytes) {
        return live(after, bytes).orElseGet(() -> stored(after, Math.min(bytes, sliceBytes)));
    }

    /**
     * The slice if it is in memory; one without events when there is nothing newer.
     *
     * @param bytes of envelopes at most, and no more than a slice; a single larger event still makes one
     */
    Optional<Slice> live(Cursor after, int bytes) {
        Optional<LogPage> tail = log.tail(run, after.position());
        if (tail.isEmpty()) {
            return Optional.empty();
        }
        Optional<RunLog> now = log.find(run); // looked at afterwards: the tail may be the other log's already
        if (generationOf(now) != generation) {
            return Optional.of(nothing(after));
        }
        LogPage page = bounded(tail.get(), Math.min(bytes, sliceBytes));
        Slice slice = new Slice(after, page.events(), Optional.empty(), page.more(), Optional.empty());
        return Optional.of(page.more() ? slice : withEnd(slice, now));
    }

    /** The place after the last event at or before a position; trimmed events count. */
    Cursor cursorAt(Position position, RunLog state) {
        return log.cursorAt(state, position);
    }

    /** Before the first event that can be had. */
    Cursor earliest(Optional<RunLog> state) {
        return state.map(known -> cursorAt(known.earliest(), known)).orElse(Cursor.START);
    }

    /** The first kept events after a position, at most one slice of them. */
    List<StoredEvent> firstEvents(Position after, int count) {
        return log.read(run, after, count, sliceBytes).events();
    }

    /**
     * Reading from before the earliest kept event silently starts at that one. So the edge is looked at before and after
     * the read, and only a slice read while it stood still is believed: nothing is skipped untold.
     */
    private Slice stored(Cursor after, int most) {
        Optional<RunLog> before = state();
        while (true) {
            Position earliest = before.map(RunLog::earliest).orElse(Position.START);
            boolean gone = earliest.isAfter(after.position());
            Cursor from = gone ? earliest(before) : after;
            LogPage page = log.read(run, from.position(), SLICE_EVENTS, most);
            if (isReplaced()) {
                return nothing(after);
            }
            Optional<RunLog> now = state();
            if (now.map(RunLog::earliest).orElse(Position.START).equals(earliest)) {
                Optional<Gap> gap = gone
                        ? Optional.of(Gap.retention(cursors.encode(after), after.position(), from, cursors))
                        : Optional.empty();
                return withEnd(new Slice(from, page.events(), gap, page.more(), Optional.empty()), now);
            }
            before = now;
        }
    }

    private static Slice nothing(Cursor after) {
        return new Slice(after, List.of(), Optional.empty(), false, Optional.empty());
    }

    /** A reader who asked an empty log for what follows a sequence number may stand beyond the event that seals the run. */
    private static Slice withEnd(Slice slice, Optional<RunLog> state) {
        Optional<RunEnd> end = state.filter(
                        log -> !log.latest().isAfter(slice.upTo().position()))
                .flatMap(RunLog::end);
        return new Slice(slice.after(), slice.events(), slice.trimmed(), slice.more(), end);
    }

    /** The tail is given whole; a reader takes a slice of it. */
    private static LogPage bounded(LogPage page, int most) {
        int bytes = 0;
        List<StoredEvent> events = page.events();
        for (int i = 0; i < events.size(); i++) {
            bytes += events.get(i).envelope().length();
            if (i > 0 && (bytes > most || i >= SLICE_EVENTS)) {
                return new LogPage(events.subList(0, i), true);
            }
        }
        return page;
    }
}
