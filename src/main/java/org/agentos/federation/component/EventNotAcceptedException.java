package org.agentos.federation.component;

import org.agentos.federation.eventlog.Verdict;

/** The event log, or what stands before it, did not take an event; nothing of it was stored. */
public final class EventNotAcceptedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String status;
    private final String reason;

    /**
     * @param status {@code conflict}, {@code late}, {@code forbidden}, {@code invalid} or {@code tenant_mismatch}
     * @param reason why, in a word or a sentence
     */
    EventNotAcceptedException(String eventId, String status, String reason) {
        super("event '" + eventId + "' was not accepted: " + status + ", " + reason);
        this.status = status;
        this.reason = reason;
    }

    static EventNotAcceptedException of(String eventId, Verdict verdict) {
        return new EventNotAcceptedException(
                eventId, EventLogProducer.word(verdict.status()), EventLogProducer.word(verdict.reason()));
    }

    public String status() {
        return status;
    }

    public String reason() {
        return reason;
    }
}
