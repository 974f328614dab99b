package org.agentos.federation.eventlog;

/**
 * A position together with the event it follows, so that a log which holds another event there can tell.
 *
 * @param idHash the {@link StoredEvent#idHash} of the event right before the position; {@link #NO_EVENT} when the
 *     position follows no event that could be compared: the start, the edge of what was deleted, a sequence never stored
 */
public record Cursor(Position position, int idHash) {
    public static final int NO_EVENT = 0;

    /** Before the first event. */
    public static final Cursor START = new Cursor(Position.START, NO_EVENT);

    /** The place right after a stored event. */
    public static Cursor after(StoredEvent event) {
        return new Cursor(event.position(), event.idHash());
    }

    /** A place that names no event. */
    public static Cursor at(Position position) {
        return new Cursor(position, NO_EVENT);
    }
}
