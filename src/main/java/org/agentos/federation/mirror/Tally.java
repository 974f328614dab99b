package org.agentos.federation.mirror;

import java.util.List;
import java.util.Optional;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.eventlog.Verdict;

/** What has become of the events of one connection. */
final class Tally {
    private final MirrorMeters meters;
    private int accepted;
    private Optional<RunEnd> sealedBy = Optional.empty();
    private boolean closed;

    Tally(MirrorMeters meters) {
        this.meters = meters;
    }

    /** Takes a batch into account; true when something in it was new. */
    boolean add(List<IncomingEvent> events, List<Verdict> verdicts) {
        int before = accepted;
        int alike = 0;
        for (int i = 0; i < events.size(); i++) {
            Verdict.Status status = verdicts.get(i).status();
            add(events.get(i), verdicts.get(i));
            alike++;
            if (i + 1 == events.size() || verdicts.get(i + 1).status() != status) {
                meters.events(status, alike);
                alike = 0;
            }
        }
        return accepted > before;
    }

    private void add(IncomingEvent event, Verdict verdict) {
        boolean isNew = verdict.status() == Verdict.Status.ACCEPTED;
        accepted += isNew ? 1 : 0;
        if (isNew || verdict.status() == Verdict.Status.DUPLICATE) {
            sealedBy = sealedBy.or(() -> RunEnd.ofEventType(event.type()));
        }
        closed |= verdict.reason() == Verdict.Reason.SEALED || verdict.reason() == Verdict.Reason.DELETED;
    }

    /** Events that are new in the log. */
    int accepted() {
        return accepted;
    }

    /** The terminal event that stands in the log now, if the peer sent it. */
    Optional<RunEnd> sealedBy() {
        return sealedBy;
    }

    /** Whether the log takes nothing more. */
    boolean closed() {
        return closed || sealedBy.isPresent();
    }
}
