package org.agentos.federation.eventlog;

/**
 * An event that asks to be appended, parsed once.
 *
 * @param sequence 1 or more; 0 = unsequenced
 * @param type the event's type, "" when it has none
 * @param envelope {@code {"event": {...}}} on one line, the producer's own bytes
 */
public record IncomingEvent(RunKey run, String eventId, long sequence, String type, ByteSlice envelope) {}
