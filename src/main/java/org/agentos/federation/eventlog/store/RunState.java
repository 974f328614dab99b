package org.agentos.federation.eventlog.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;
import org.agentos.federation.eventlog.Source;

/**
 * A run in memory. One half is what is written, by which the writing thread decides the next event; the other what is
 * durable, which readers may see and the syncing thread moves.
 */
final class RunState {
    private final RunKey key;
    private final RunTail tail = new RunTail();
    private volatile DedupeTable ids;
    private volatile boolean deleted;

    // Written, with the events pending in the group that is being built. Changed by the writing thread alone.
    private long number;
    private boolean replacing;
    private volatile Position last;
    private Position lastWritten;
    private Volume volume = Volume.NONE;
    private long storedMillis;
    private RunEnd end;
    private String holder;
    private boolean holderStored;
    private boolean stored;
    private List<PendingEvent> pending = new ArrayList<>();
    private long lastGroup;
    private long conflicts = -1;

    // Both threads move what readers see: one its end, the other its beginning.
    private Position earliest = Position.START;
    private volatile RunLog durable;

    private RunState(RunKey key, DedupeTable ids) {
        this.key = key;
        this.ids = ids;
        this.last = Position.START;
        this.lastWritten = Position.START;
    }

    /** A run no event of which was ever written. */
    static RunState unknown(RunKey key) {
        return new RunState(key, new DedupeTable());
    }

    /**
     * A run as it came from the disk, all of it durable.
     *
     * @param newest its last record, if one is kept
     */
    static RunState stored(RunLog log, Optional<LogRecord> newest, DedupeTable ids) {
        RunState run = new RunState(log.run(), ids);
        run.number = log.runNumber();
        run.replacing = log.generation() != 0;
        run.deleted = log.deleted();
        run.earliest = log.earliest();
        run.volume = newest.flatMap(LogRecord::upTo).orElse(Volume.NONE);
        run.storedMillis =
                newest.map(LogRecord::storedMillis).orElse(OptionalLong.empty()).orElse(0);
        run.last = log.latest();
        run.lastWritten = log.latest();
        run.end = log.end().orElse(null);
        run.stored = true;
        run.holder = log.holder().orElse(null);
        run.holderStored = run.holder != null;
        run.durable = log;
        return run;
    }

    /** The log that takes the place of another; empty, and as durable as the group that stores its row. */
    static RunState replacing(RunKey key, RunRow row) {
        return stored(row.emptyLog(key, Position.START), Optional.empty(), new DedupeTable());
    }

    RunKey key() {
        return key;
    }

    /** See {@link RunLog#generation}. */
    long generation() {
        return replacing ? number : 0;
    }

    /** 0 until the run accepts its first event. */
    long number() {
        return number;
    }

    /** Gives a run that has none its number. */
    void number(RunNumbers numbers) {
        number = number == 0 ? numbers.next() : number;
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

    /** The peer that a forward named, else the one whose events came first, pending ones included; null for a claim. */
    String holder() {
        return holder;
    }

    /** Notes whose run this is before its first event; stored with that. */
    void holdBy(String peer) {
        holder = peer;
    }

    /** Whether the run is held by another peer than the one events come from, where that is known of both. */
    boolean isHeldByAnother(Source source) {
        return holder != null
                && source.peer().isPresent()
                && !source.peer().get().equals(holder);
    }

    /** Whether the run's row in the database is what it has to be: there, and with the holder. */
    boolean rowStored() {
        return stored && (holderStored || holder == null);
    }

    DedupeTable ids() {
        return ids;
    }

    /** Gives ids their positions back, by a table of all that were packed. */
    void unpack(DedupeTable older) {
        older.addAll(ids);
        ids = older;
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

    /** What the run's records hold, trimmed ones included where the run remembers them. */
    Volume volume() {
        return volume;
    }

    void grow(Volume written) {
        volume = volume.plus(written);
    }

    /** The time that the run's next records carry: it never runs backwards along a run, whatever the clock does. */
    long storedAt(long nowMillis) {
        storedMillis = Math.max(storedMillis, nowMillis);
        return storedMillis;
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

    synchronized void moveDurable(Position latest, Optional<RunEnd> latestEnd) {
        if (!deleted) {
            durable = new RunLog(
                    key, number, generation(), earliest, latest, Optional.ofNullable(holder), latestEnd, false);
        }
    }

    synchronized Position earliest() {
        return earliest;
    }

    /** To be called before the deletes are written: a reader may look for events that are gone, never step over them. */
    synchronized void trim(Position upTo) {
        earliest = upTo.isAfter(earliest) ? upTo : earliest;
        durable = durable == null ? null : durable.from(earliest);
    }

    /** Forgets all but how far the run went. To be called before the deletes are written. */
    synchronized void delete() {
        deleted = true;
        ids = new DedupeTable();
        pending = new ArrayList<>();
        end = null;
        stored = true;
        holderStored = holder != null;
        durable =
                new RunLog(key, number, generation(), last, last, Optional.ofNullable(holder), Optional.empty(), true);
    }
}
