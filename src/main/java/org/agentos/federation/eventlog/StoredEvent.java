package org.agentos.federation.eventlog;

import java.util.List;

/**
 * An event in the log.
 *
 * @param position the place right after it
 * @param idHash a short keyed hash of its event_id, by which a cursor names the event it follows
 */
public record StoredEvent(Position position, int idHash, ByteSlice envelope) {
    public StoredEvent {
        idHash = Cursor.named(idHash);
    }

    /** The part of an ordered list that stands after a position; a view. */
    public static List<StoredEvent> after(List<StoredEvent> events, Position position) {
        int from = 0;
        int to = events.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (events.get(middle).position().isAfter(position)) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return events.subList(from, events.size());
    }
}
