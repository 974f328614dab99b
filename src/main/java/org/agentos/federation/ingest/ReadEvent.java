package org.agentos.federation.ingest;

import org.agentos.federation.eventlog.ByteSlice;

/**
 * An event as it was read, before anybody judged whether it may be stored.
 *
 * @param tenantId null: the request's
 * @param agentId "" when the event names none
 * @param sequence 0 = unsequenced
 * @param type "" when the event has none
 * @param problem null, or why the event cannot be used; the other members are then not to be trusted
 * @param envelope {@code {"event": {...}}} on one line, the producer's own bytes
 */
public record ReadEvent(
        String eventId,
        String runId,
        String tenantId,
        String agentId,
        long sequence,
        String type,
        String problem,
        ByteSlice envelope) {

    static ReadEvent unusable(String problem) {
        return new ReadEvent("", "", null, "", 0, "", problem, ByteSlice.of(new byte[0]));
    }
}
