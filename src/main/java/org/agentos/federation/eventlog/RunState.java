package org.agentos.federation.eventlog;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A run in memory. One half is what is written, by which the writing thread decides the next event; the other what is
 * durable, which readers may see and the syncing thread moves.
 */
final class RunState {
    private final RunKey key;
    private final long number;
    private final boolean deleted;
    private final DedupeTable ids;
    private final RunTail tail = new RunTail();

    // Written, with the events pending in the group that is being built. Changed by the writing thread alone.
    private volatile Position last;
    private Position lastWritten;
    private RunEnd end;
    private String holder;
    private boolean holderStored;
    private boolean stored;
    private List<PendingEvent> pending = new ArrayList<>();
    private long lastGroup;
    private long conflicts = -1;

    private volatile RunLog durable;

    private RunState(RunKey key, long number, boolean deleted, DedupeTable ids) {
        this.key = key;
        this.number = number;
        this.deleted = deleted;
        this.ids = ids;
        this.last = Position.START;
        this.lastWritten = Position.START;
    }

    /** A run no event of which was ever written. */
    static RunState unknown(RunKey key, long number) {
        return new RunState(key, number, false, new DedupeTable());
    }

    /** A run as it came from the disk, all of it durable. */
    static RunState stored(RunLog log, boolean deleted, DedupeTable ids) {
        RunState run = new RunState(log.run(), log.runNumber(), deleted, ids);
        run.last = log.latest();
        run.lastWritten = log.latest();
        run.end = log.end().orElse(null);
        run.stored = true;
        run.holder = log.holder().orElse(null);
        run.holderStored = run.holder != null;
        run.durable = log;
        return run;
    }

    RunKey key() {
        return key;
    }

    long number() {
        return number;
    }

    boolean deleted() {
        return deleted;
    }

    boolean sealed() {
        return end != null;
    }

    /** Whether the run has a row in the database. */
    boolean stored() {
        return stored;
    }

    /** The peer whose events came first, pending ones included; null where that was only a claim. */
    String holder() {
        return holder;
    }

    /** Whether the run's row in the database is what it has to be: there, and with the holder. */
    boolean rowStored() {
        return stored && (holderStored || holder == null);
    }

    DedupeTable ids() {
        return ids;
    }

    RunTail tail() {
        return tail;
    }

    /** The last position, pending events included. */
    Position last() {
        return last;
    }

    /** The position before the first pending event. */
    Position lastWritten() {
        return lastWritten;
    }

    /** Takes an event in as pending. */
    Position accept(IncomingEvent event, long idHash, Source source) {
        Position position = last.next(event.sequence());
        ids.add(idHash, position, source.origin() == Origin.MIRRORED);
        pending.add(new PendingEvent(position, idHash, event));
        last = position;
        holder = holder == null ? source.peer().orElse(null) : holder;
        end = RunEnd.ofEventType(event.type()).orElse(null);
        return position;
    }

    /** The events accepted since the last written group, in order. */
    List<PendingEvent> pending() {
        return pending;
    }

    /** The pending events are part of a group now. */
    void written(long group) {
        pending = new ArrayList<>();
        lastWritten = last;
        stored = true;
        holderStored = holder != null;
        lastGroup = group;
    }

    /** The group that holds the run's newest events, 0 if it was not written to since it became active. */
    long lastGroup() {
        return lastGroup;
    }

    /** How many conflicts the run had; -1 = not known yet. */
    long conflicts() {
        return conflicts;
    }

    void countConflicts(long count) {
        conflicts = count;
    }

    Optional<RunLog> durable() {
        return Optional.ofNullable(durable);
    }

    void moveDurable(Position latest, Optional<RunEnd> latestEnd) {
        Position earliest = durable == null ? Position.START : durable.earliest();
        durable = new RunLog(key, number, earliest, latest, Optional.ofNullable(holder), latestEnd);
    }
}
