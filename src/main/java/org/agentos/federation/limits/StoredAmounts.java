package org.agentos.federation.limits;

import java.util.function.Predicate;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.ingest.BatchEvent;
import org.agentos.federation.ingest.IngestBatch;
import org.agentos.federation.settings.LimitKind;

/** Events of a batch and the bytes of their envelopes. */
record StoredAmounts(long events, long bytes) {
    /** Those that ask to be stored and are not known to the log by their id. */
    static StoredAmounts asked(IngestBatch batch, Predicate<IncomingEvent> known) {
        return of(batch, event -> event.refusal() == null && !known.test(event.event()));
    }

    /** Those that the log has newly stored. */
    static StoredAmounts stored(IngestBatch batch) {
        return of(
                batch,
                event -> event.verdict() != null
                        && event.verdict().status() == Verdict.Status.ACCEPTED
                        && event.verdict().reason() == Verdict.Reason.NONE);
    }

    private static StoredAmounts of(IngestBatch batch, Predicate<BatchEvent> counts) {
        long events = 0;
        long bytes = 0;
        for (BatchEvent event : batch.events()) {
            if (counts.test(event)) {
                events++;
                bytes += event.event().envelope().length();
            }
        }
        return new StoredAmounts(events, bytes);
    }

    long of(LimitKind kind) {
        return kind == LimitKind.BYTES ? bytes : events;
    }
}
