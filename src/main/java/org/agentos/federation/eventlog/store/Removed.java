package org.agentos.federation.eventlog.store;

import java.util.concurrent.atomic.LongAdder;

/** What was taken out of the log since it was opened. Thread-safe. */
public final class Removed {
    private final LongAdder trimmedEvents = new LongAdder();
    private final LongAdder trimmedBytes = new LongAdder();
    private final LongAdder deletedEvents = new LongAdder();
    private final LongAdder deletedBytes = new LongAdder();
    private final LongAdder deletedRuns = new LongAdder();
    private final LongAdder asideEvents = new LongAdder();
    private final LongAdder asideBytes = new LongAdder();
    private final LongAdder replacedLogs = new LongAdder();

    /** Of one request; counted when it is on disk. */
    static final class Count {
        private Volume trimmed = Volume.NONE;
        private Volume deleted = Volume.NONE;
        private int runs;

        void trimmed(Volume volume) {
            trimmed = trimmed.plus(volume);
        }

        void deleted(Volume volume) {
            deleted = deleted.plus(volume);
            runs++;
        }
    }

    void add(Count count) {
        trimmedEvents.add(count.trimmed.events());
        trimmedBytes.add(count.trimmed.bytes());
        deletedEvents.add(count.deleted.events());
        deletedBytes.add(count.deleted.bytes());
        deletedRuns.add(count.runs);
    }

    /** Events trimmed from living runs. */
    public long trimmedEvents() {
        return trimmedEvents.sum();
    }

    /** Bytes of the envelopes of events trimmed from living runs. */
    public long trimmedBytes() {
        return trimmedBytes.sum();
    }

    /** Events that went with their runs. */
    public long deletedEvents() {
        return deletedEvents.sum();
    }

    /** Bytes of the envelopes of events that went with their runs. */
    public long deletedBytes() {
        return deletedBytes.sum();
    }

    public long deletedRuns() {
        return deletedRuns.sum();
    }

    void addReplaced(Volume volume) {
        asideEvents.add(volume.events());
        asideBytes.add(volume.bytes());
        replacedLogs.increment();
    }

    /** Events set aside with the logs they stood in. */
    public long asideEvents() {
        return asideEvents.sum();
    }

    /** Bytes of the envelopes of events set aside. */
    public long asideBytes() {
        return asideBytes.sum();
    }

    /** Logs that made room for the log of the peer that a forward has found to hold their run. */
    public long replacedLogs() {
        return replacedLogs.sum();
    }
}
