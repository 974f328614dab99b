package org.agentos.federation.eventlog.store;

import java.util.Optional;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.Source;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.eventlog.Verdict.Reason;
import org.agentos.federation.eventlog.Verdict.Status;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Decides an event against the run as it is written, pending events included. The order of the questions is the rule:
 *
 * <ol>
 *   <li>the run is deleted: late
 *   <li>the run is known to be held by another peer than the one that sends: forbidden
 *   <li>its event_id stands in the log: duplicate if the content is the same, else conflict
 *   <li>its sequence stands in the log under another event_id: conflict
 *   <li>the run is sealed, or the sequence is not greater than the last one: late
 *   <li>else accepted
 * </ol>
 */
final class DedupeRule {
    private final StoredEvents storedEvents;
    private final Evidence evidence;
    private final RunNumbers numbers;

    DedupeRule(StoredEvents storedEvents, Evidence evidence, RunNumbers numbers) {
        this.storedEvents = storedEvents;
        this.evidence = evidence;
        this.numbers = numbers;
    }

    /**
     * @param idHash the keyed hash of the event's id
     * @param batch takes the evidence of a conflict
     */
    Verdict decide(RunState run, IncomingEvent event, long idHash, Source source, WriteBatch batch)
            throws RocksDBException {
        if (run.deleted()) {
            return verdict(run, Status.LATE, Reason.DELETED, Cursor.START); // no place in it can be read
        }
        if (run.isHeldByAnother(source)) {
            return verdict(run, Status.FORBIDDEN, Reason.HOLDER, Cursor.START); // nor for this peer
        }
        for (Position position : run.ids().positionsOf(idHash)) {
            switch (contentAt(run, position, event)) {
                case SAME -> {
                    return repeated(run, idHash, position, source.origin());
                }
                case OTHER_CONTENT -> {
                    return conflict(run, event, source.origin(), Reason.OTHER_CONTENT, batch);
                }
                case OTHER_EVENT_ID -> {}
            }
        }
        return decideNewId(run, event, idHash, source, batch);
    }

    /** An event that was trimmed cannot be compared any more; its id alone says that it was here. */
    private SameContent contentAt(RunState run, Position position, IncomingEvent event) throws RocksDBException {
        Optional<ByteSlice> stored = storedEvents.envelope(run, position);
        return stored.isEmpty() ? SameContent.SAME : SameContent.compare(stored.get(), event);
    }

    private static Verdict repeated(RunState run, long idHash, Position position, Origin origin) {
        boolean firstPush = origin == Origin.PUSHED && run.ids().takeMirrored(idHash, position);
        Cursor where = Cursor.after(position, idHash);
        return firstPush
                ? verdict(run, Status.ACCEPTED, Reason.ALREADY_MIRRORED, where)
                : verdict(run, Status.DUPLICATE, Reason.NONE, where);
    }

    private Verdict decideNewId(RunState run, IncomingEvent event, long idHash, Source source, WriteBatch batch)
            throws RocksDBException {
        boolean past = event.sequence() > 0 && event.sequence() <= run.last().sequence();
        if (past && storedEvents.holdsSequence(run, event.sequence())) {
            return conflict(run, event, source.origin(), Reason.OTHER_EVENT_ID, batch);
        }
        if (run.sealed() || past) {
            return late(run, run.sealed() ? Reason.SEALED : Reason.SEQUENCE);
        }
        run.number(numbers);
        Position position = run.accept(event, idHash, source);
        return verdict(run, Status.ACCEPTED, Reason.NONE, Cursor.after(position, idHash));
    }

    private Verdict late(RunState run, Reason reason) throws RocksDBException {
        return verdict(run, Status.LATE, reason, storedEvents.endOf(run));
    }

    private Verdict conflict(RunState run, IncomingEvent event, Origin origin, Reason reason, WriteBatch batch)
            throws RocksDBException {
        evidence.keep(run, event, origin, reason, batch);
        return verdict(run, Status.CONFLICT, reason, storedEvents.endOf(run));
    }

    private static Verdict verdict(RunState run, Status status, Reason reason, Cursor where) {
        return new Verdict(status, reason, where, run.generation());
    }
}
