package org.agentos.federation.eventlog;

/**
 * A position together with the event it follows, so that a log which holds another event there can tell.
 *
 * @param idHash the {@link StoredEvent#idHash} of the event right before the position; {@link #NO_EVENT} when the
 *     position follows none: the start, or a sequence number asked for in a log that is still empty
 */
public record Cursor(Position position, int idHash) {
    public static final int NO_EVENT = 0;

    /** Before the first event. */
    public static final Cursor START = new Cursor(Position.START, NO_EVENT);

    /** The place right after a stored event. */
    public static Cursor after(StoredEvent event) {
        return new Cursor(event.position(), event.idHash());
    }

    /** The place right after an event, by the keyed hash of its id. */
    public static Cursor after(Position position, long idHash) {
        return new Cursor(position, named(idFragment(idHash)));
    }

    /** The part of an event_id's keyed hash that readers see and cursors carry. */
    public static int idFragment(long idHash) {
        return (int) (idHash >>> Integer.SIZE);
    }

    /** The short hash of an id as cursors carry it: never {@link #NO_EVENT}, which one id of four billion would have. */
    static int named(int idFragment) {
        return idFragment == NO_EVENT ? 1 : idFragment;
    }

    /** A place that names no event; made into text, it is {@link #START}. */
    public static Cursor at(Position position) {
        return new Cursor(position, NO_EVENT);
    }
}
