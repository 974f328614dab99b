package org.agentos.federation.stream;

import java.util.List;
import java.util.Optional;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.RunCursors;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.eventlog.StoredEvent;

/**
 * A bounded piece of one run's log, read in order.
 *
 * @param after the place before its first event
 * @param trimmed set when what followed the reader's place was deleted; {@code after} is then behind what is gone
 * @param more whether durable events follow the last one here
 * @param end set when the last event here sealed the run
 */
record Slice(Cursor after, List<StoredEvent> events, Optional<Gap> trimmed, boolean more, Optional<RunEnd> end) {

    /** What a slice is told to: only what the reader is to see. */
    interface Visitor {
        /** Returns false to stop right after the event that follows the gap. */
        boolean gap(Gap gap);

        /** Returns false to stop right after this event. */
        boolean event(StoredEvent event);
    }

    /** The place after its last event. */
    Cursor upTo() {
        return events.isEmpty() ? after : Cursor.after(events.get(events.size() - 1));
    }

    /** Tells gaps and events in order and returns the place reached: {@link #upTo}, or where the visitor stopped. */
    Cursor tell(TypeFilter filter, RunCursors cursors, Visitor visitor) {
        boolean more = trimmed.isEmpty() || visitor.gap(trimmed.get());
        Cursor at = after;
        for (StoredEvent event : events) {
            if (jumps(at, event)) {
                more &= visitor.gap(Gap.sequence(at, event.position().sequence(), cursors));
            }
            at = Cursor.after(event);
            if (filter.shows(event.envelope())) {
                more &= visitor.event(event);
            }
            if (!more) {
                return at;
            }
        }
        return at;
    }

    /** Before the first sequenced event nobody can say where the producer's numbers begin. */
    private static boolean jumps(Cursor before, StoredEvent event) {
        long last = before.position().sequence();
        return last > 0 && event.position().sequence() - last > 1;
    }
}
