package org.agentos.federation.eventlog;

/**
 * An event in the log.
 *
 * @param position the place right after it
 * @param idHash a short keyed hash of its event_id, by which a cursor names the event it follows
 */
public record StoredEvent(Position position, int idHash, ByteSlice envelope) {}
