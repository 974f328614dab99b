package org.agentos.federation.eventlog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The newest durable records of one run, held for its live readers. */
final class RunTail {
    private final Deque<TailRecord> records = new ArrayDeque<>();

    synchronized void add(TailRecord record) {
        records.addLast(record);
    }

    synchronized void dropOldest() {
        records.removeFirst();
    }

    /** The events after a position; empty when the tail begins later. */
    synchronized Optional<List<StoredEvent>> after(Position position) {
        if (records.isEmpty() || records.getFirst().base().isAfter(position)) {
            return Optional.empty();
        }
        TailRecord newest = records.getLast();
        if (!newest.base().isAfter(position)) {
            return Optional.of(newest.eventsAfter(position)); // what every reader that keeps up asks for
        }
        return Optional.of(eventsOverRecords(position));
    }

    private List<StoredEvent> eventsOverRecords(Position position) {
        Deque<List<StoredEvent>> parts = new ArrayDeque<>();
        boolean reached = false;
        for (Iterator<TailRecord> newestFirst = records.descendingIterator(); !reached; ) {
            TailRecord record = newestFirst.next();
            parts.addFirst(record.eventsAfter(position));
            reached = !record.base().isAfter(position);
        }
        List<StoredEvent> events = new ArrayList<>();
        parts.forEach(events::addAll);
        return events;
    }

    /** A record that is decoded when its first reader comes, once for all readers. */
    static final class TailRecord {
        private static final int OBJECT_BYTES = 200;
        private static final int EVENT_BYTES = 88;

        private final LogRecord record;
        private final Position base;
        private List<StoredEvent> events;

        TailRecord(LogRecord record) {
            this.record = record;
            this.base = record.base();
        }

        Position base() {
            return base;
        }

        long memoryBytes() {
            return OBJECT_BYTES + record.bytes().length + (long) EVENT_BYTES * record.count();
        }

        private List<StoredEvent> eventsAfter(Position position) {
            if (events == null) {
                events = List.copyOf(record.events());
            }
            return StoredEvent.after(events, position);
        }
    }
}
