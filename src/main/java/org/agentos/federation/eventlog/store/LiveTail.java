package org.agentos.federation.eventlog.store;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The memory of all runs' tails together, bounded in bytes: a burst in one run pushes out what is oldest, whosever it
 * is, and never grows the whole. Used by the syncing thread alone.
 */
final class LiveTail {
    private record Held(RunTail run, long bytes) {}

    private final long maxBytes;
    private final Deque<Held> oldestFirst = new ArrayDeque<>();
    private long bytes;

    LiveTail(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    void add(RunTail run, LogRecord record) {
        RunTail.TailRecord added = new RunTail.TailRecord(record);
        run.add(added);
        oldestFirst.addLast(new Held(run, added.memoryBytes()));
        bytes += added.memoryBytes();
        while (bytes > maxBytes) {
            Held oldest = oldestFirst.removeFirst();
            oldest.run().dropOldest();
            bytes -= oldest.bytes();
        }
    }
}
