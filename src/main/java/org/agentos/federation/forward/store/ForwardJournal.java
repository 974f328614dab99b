package org.agentos.federation.forward.store;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The append-only record of forwards. Callers queue lines; one thread writes all that wait as a group, which costs one
 * exchange and one fsync, then applies them to memory, then completes their stages, in order. So memory never holds what
 * is not on disk.
 *
 * <p>After a failed write the segment's end is unknown: the group's callers are told {@code storage_unavailable} and the
 * next group goes to a new segment. Stages complete on the journal's thread: continue on another one.
 */
final class ForwardJournal implements AutoCloseable {
    /** Lines that may wait while the disk is slow; a stalled disk must not collect requests until memory ends. */
    static final int MAX_QUEUED = 10_000;

    private static final int MAX_GROUP = 2_000;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(ForwardJournal.class);

    private final BlockingQueue<Job> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final ForwardFiles files;
    private final JournalStorage storage;
    private final Consumer<JournalRecord> applied;
    private final Thread writer = new Thread(this::run, "forward-journal");
    private long segment;
    /** Whether anything in the segment is on disk for sure. */
    private boolean stored;

    private final AtomicLong lines = new AtomicLong();
    private volatile boolean closed;

    /** @param firstSegment a number no segment on disk has */
    ForwardJournal(ForwardFiles files, JournalStorage storage, long firstSegment, Consumer<JournalRecord> applied) {
        this.files = files;
        this.storage = storage;
        this.segment = firstSegment;
        this.applied = applied;
    }

    /** Begins to write; what was queued before goes first. */
    void start() {
        writer.start();
    }

    /** The stage completes when the record is on disk and in memory, or fails with {@code storage_unavailable}. */
    CompletionStage<Void> append(JournalRecord record) {
        Line line = new Line(record);
        if (closed || !queue.offer(line)) {
            line.done.completeExceptionally(
                    failure(closed ? "The gateway is shutting down." : "The disk is too slow."));
        }
        return line.done;
    }

    /**
     * Makes the lines that follow go to a new segment, which begins with the given ones. Completes with the number of the
     * last segment before it; memory then holds all that the segments up to that one say.
     */
    CompletionStage<Long> switchSegment(Supplier<List<? extends JournalRecord>> first) throws InterruptedException {
        Switch job = new Switch(first, new CompletableFuture<>());
        if (closed) {
            job.done.completeExceptionally(failure("The gateway is shutting down."));
        } else {
            queue.put(job);
        }
        return job.done;
    }

    /** Lines written since the last switch. */
    long lines() {
        return lines.get();
    }

    /** Writes what is queued and ends; what comes later is refused. */
    @Override
    public void close() throws InterruptedException {
        closed = true;
        if (writer.isAlive()) {
            queue.put(new Stop());
            writer.join();
        }
        queue.forEach(job -> {
            if (job instanceof Line line) {
                line.done.completeExceptionally(failure("The gateway is shutting down."));
            }
        });
        files.close();
    }

    private void run() {
        List<Job> jobs = new ArrayList<>();
        List<Line> group = new ArrayList<>();
        try {
            boolean stop = false;
            while (!stop) {
                jobs.add(queue.take());
                queue.drainTo(jobs, MAX_GROUP);
                for (Job job : jobs) {
                    if (job instanceof Line line) {
                        group.add(line);
                    } else if (job instanceof Switch next) {
                        writeGroup(group);
                        startSegment(next);
                    }
                    stop |= job instanceof Stop;
                }
                writeGroup(group);
                jobs.clear();
            }
        } catch (InterruptedException e) {
            LOG.error("The journal's thread was interrupted; forwards are refused until a restart");
            closed = true;
        }
    }

    private void startSegment(Switch job) {
        long last = segment;
        leaveSegment();
        lines.set(0);
        List<Line> group = new ArrayList<>();
        for (JournalRecord record : job.first.get()) {
            group.add(new Line(record));
        }
        if (store(group)) {
            job.done.complete(last);
        } else {
            job.done.completeExceptionally(failure("The disk refuses."));
        }
    }

    private void writeGroup(List<Line> group) {
        if (store(group)) {
            for (Line line : group) {
                applied.accept(line.record);
            }
            lines.addAndGet(group.size());
            group.forEach(line -> line.done.complete(null));
        } else {
            group.forEach(line -> line.done.completeExceptionally(failure("The forward could not be stored.")));
        }
        group.clear();
    }

    private boolean store(List<Line> group) {
        if (group.isEmpty()) {
            return true;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        group.forEach(line -> bytes.writeBytes(line.bytes));
        try {
            storage.append(files.segmentName(segment), bytes.toByteArray());
            stored = true;
            return true;
        } catch (Exception e) {
            LOG.error("The forward journal could not be written segment={}", files.segment(segment), e);
            if (!stored) {
                files.discardSegment(segment);
            }
            leaveSegment();
            return false;
        }
    }

    private void leaveSegment() {
        segment++;
        stored = false;
    }

    private static FederationException failure(String message) {
        return new FederationException(ErrorCode.STORAGE_UNAVAILABLE, message).retryAfter(RETRY_AFTER);
    }

    private sealed interface Job {}

    private static final class Line implements Job {
        private final JournalRecord record;
        private final byte[] bytes;
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        Line(JournalRecord record) {
            this.record = record;
            this.bytes = JournalLine.encode(record);
        }
    }

    private record Switch(Supplier<List<? extends JournalRecord>> first, CompletableFuture<Long> done) implements Job {}

    private record Stop() implements Job {}
}
