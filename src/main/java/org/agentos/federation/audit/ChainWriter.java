package org.agentos.federation.audit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Links records to each other and writes them to the sink, for one thread after the other. What is written is to be
 * fsynced by {@link #forceIfDue}, for which somebody has to come.
 */
final class ChainWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChainWriter.class);

    /** Half the second that power loss may cost, the rest being the disk's. */
    private static final Duration FORCE_EVERY = Duration.ofMillis(500);

    private final AuditSink sink;
    private final ChainKey key;
    private final ReentrantLock turn = new ReentrantLock();
    private volatile boolean failing;
    private boolean unforced;
    private long forceDue;
    private boolean closed;

    ChainWriter(AuditSink sink, ChainKey key) {
        this.sink = sink;
        this.key = key;
    }

    /** Whether the last records could not be written. */
    boolean isFailing() {
        return failing;
    }

    /** Writes records in their order; each is told what became of it. */
    void write(List<WaitingRecord> records) {
        turn.lock();
        try {
            writeNow(records);
        } finally {
            turn.unlock();
        }
    }

    /** Writes a record unless another thread is about it, and tells whether it did; the record is told as by {@link #write}. */
    boolean writeIfFree(WaitingRecord record) {
        if (!turn.tryLock()) {
            return false;
        }
        try {
            writeNow(List.of(record));
        } finally {
            turn.unlock();
        }
        return true;
    }

    /** How long the next look by {@link #forceIfDue} may be put off; 0 or less = it is due. */
    long nanosToForce() {
        turn.lock();
        try {
            return unforced ? forceDue - System.nanoTime() : FORCE_EVERY.toNanos();
        } finally {
            turn.unlock();
        }
    }

    /** A failed fsync is tried again at the next group at the latest; the sink keeps the lines until one succeeds. */
    void forceIfDue() {
        turn.lock();
        try {
            if (unforced && forceDue - System.nanoTime() <= 0) {
                sink.force();
                unforced = false;
            }
        } catch (IOException | RuntimeException | Error e) {
            LOG.error("audit records not fsynced cause={}", e.toString());
            forceDue = System.nanoTime() + FORCE_EVERY.toNanos();
        } finally {
            turn.unlock();
        }
    }

    /** Fsyncs and closes the sink; records that come later are refused. */
    @Override
    public void close() throws IOException {
        turn.lock();
        try (sink) {
            closed = true;
            sink.force();
        } finally {
            turn.unlock();
        }
    }

    private void writeNow(List<WaitingRecord> records) {
        if (records.isEmpty()) {
            return;
        }
        if (closed) {
            records.forEach(WaitingRecord::refuse);
            return;
        }
        try {
            sink.write(chained(records, sink.ready()));
            failing = false;
            if (!unforced) {
                unforced = true;
                forceDue = System.nanoTime() + FORCE_EVERY.toNanos();
            }
            records.forEach(record -> record.kept().complete(null));
        } catch (IOException | RuntimeException | Error e) { // unrecorded means refused, and the thread lives on
            LOG.error("audit records not written records={} cause={}", records.size(), e.toString());
            failing = true;
            records.forEach(WaitingRecord::refuse);
        }
    }

    private List<String> chained(List<WaitingRecord> records, String last) {
        List<String> lines = new ArrayList<>(records.size());
        String hash = last;
        for (WaitingRecord record : records) {
            String line = AuditLine.chained(record.opened(), hash, key);
            hash = AuditLine.hashOf(line);
            lines.add(line);
        }
        return lines;
    }
}
