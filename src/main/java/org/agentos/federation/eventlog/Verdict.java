package org.agentos.federation.eventlog;

/**
 * What the event log decided about one event.
 *
 * @param cursor the place after the event where it stands in the log; for an event that does not stand there (late,
 *     conflict) the place after the run's last event
 * @param generation the {@link RunLog#generation} of the log that the cursor is a place in
 */
public record Verdict(Status status, Reason reason, Cursor cursor, long generation) {
    /** In a run's first log. */
    public Verdict(Status status, Reason reason, Cursor cursor) {
        this(status, reason, cursor, 0);
    }

    /** The place in the log without the event it follows. */
    public Position position() {
        return cursor.position();
    }

    /** The statuses the log itself gives; {@code invalid} and the like are decided before it. */
    public enum Status {
        ACCEPTED,
        DUPLICATE,
        CONFLICT,
        LATE,
        FORBIDDEN
    }

    /** Why, where the status alone does not say. */
    public enum Reason {
        NONE,
        /** Accepted: stored before by a mirror and pushed now for the first time. Not stored again. */
        ALREADY_MIRRORED,
        /** Conflict: this event_id stands in the log with other content. */
        OTHER_CONTENT,
        /** Conflict: this sequence stands in the log under another event_id. */
        OTHER_EVENT_ID,
        /** Late: the sequence is not greater than the last stored one. */
        SEQUENCE,
        /** Late: a terminal event has sealed the run. */
        SEALED,
        /** Late: the run was deleted. */
        DELETED,
        /** Forbidden: the run is held by another peer, as turned out after the events had been judged. */
        HOLDER
    }
}
