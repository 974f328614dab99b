package org.agentos.federation.eventlog.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.agentos.federation.eventlog.LogPage;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.StoredEvent;

/** The newest durable records of one run, held for its live readers. */
final class RunTail {
    /**
     * Events after which a page begins no further record: a reader far behind must neither go through all the rest for
     * each slice it takes nor meanwhile hold up the thread that adds.
     */
    private static final int PAGE_EVENTS = 1024;

    private final TreeMap<Position, TailRecord> byBase = new TreeMap<>();

    synchronized void add(TailRecord record) {
        byBase.put(record.base(), record);
    }

    synchronized void dropOldest() {
        byBase.pollFirstEntry();
    }

    /** The first events after a position; empty when the tail begins later. */
    synchronized Optional<LogPage> after(Position position) {
        Map.Entry<Position, TailRecord> first = byBase.floorEntry(position);
        if (first == null) {
            return Optional.empty();
        }
        List<StoredEvent> events = first.getValue().eventsAfter(position);
        boolean newest = first.getKey().equals(byBase.lastKey()); // what every reader that keeps up asks for
        return Optional.of(newest ? new LogPage(events, false) : overRecords(first.getKey(), events));
    }

    private LogPage overRecords(Position base, List<StoredEvent> first) {
        List<StoredEvent> events = new ArrayList<>(first);
        for (TailRecord record : byBase.tailMap(base, false).values()) {
            if (events.size() >= PAGE_EVENTS) {
                return new LogPage(events, true);
            }
            events.addAll(record.events());
        }
        return new LogPage(events, false);
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
            return StoredEvent.after(events(), position);
        }

        private List<StoredEvent> events() {
            if (events == null) {
                events = List.copyOf(record.events());
            }
            return events;
        }
    }
}
