package org.agentos.federation.ingest;

import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Verdict;

/**
 * One event of a batch on its way through the ingest chain: what arrived, what the steps noted, what was decided. Used
 * by one thread at a time.
 */
public final class BatchEvent {
    private final int index;
    private final IncomingEvent event;
    private final Refusal refusal;
    private Verdict verdict;
    private boolean lateMark;

    private BatchEvent(int index, IncomingEvent event, Refusal refusal) {
        this.index = index;
        this.event = event;
        this.refusal = refusal;
    }

    /** An event that asks to be stored. */
    public static BatchEvent open(int index, IncomingEvent event) {
        return new BatchEvent(index, event, null);
    }

    /** An event refused before the log was asked. */
    public static BatchEvent refused(int index, Refusal refusal) {
        return new BatchEvent(index, null, refusal);
    }

    /** Its place in the request, from 0. */
    public int index() {
        return index;
    }

    /** Null for a refused event. */
    public IncomingEvent event() {
        return event;
    }

    /** Why the log was not asked; null for all others. */
    public Refusal refusal() {
        return refusal;
    }

    /** What the log decided; null for a refused event and until it has. */
    public Verdict verdict() {
        return verdict;
    }

    /** Marks the event as one whose sequence is not greater than the last one known; a hint, the log decides. */
    public void markLate() {
        lateMark = true;
    }

    public boolean isMarkedLate() {
        return lateMark;
    }

    void decide(Verdict decided) {
        verdict = decided;
    }

    /**
     * Why an event was refused before the log was asked.
     *
     * @param status {@code invalid}, {@code tenant_mismatch} or {@code forbidden}
     */
    public record Refusal(String status, String reason) {}
}
