package org.agentos.federation.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit trail: records in the order they came, one thread that writes them in groups, a stage for each that
 * completes once it is written. A mutation waits for that stage before it is answered, so that nothing happens
 * unrecorded. What is written is fsynced within a second and when the trail is closed.
 */
public final class AuditTrail implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    private static final String FILE = "file:";

    /** A disk that stalls must not fill the memory with records; one more is refused. */
    static final int MAX_QUEUED = 8192;

    /** Bounds the memory of one write and the time the first of a group waits for the last. */
    private static final int MAX_GROUP = 1024;

    /** Half the second that power loss may cost, the rest being the disk's. */
    private static final Duration FORCE_EVERY = Duration.ofMillis(500);

    private static final Waiting CLOSE = new Waiting("", new CompletableFuture<>());

    private final AuditSink sink;
    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final Thread writer = new Thread(this::writeUntilClosed, "audit-writer");
    private String lastHash;
    private boolean unforced;
    private long forceDue;
    private boolean closed;

    private record Waiting(String opened, CompletableFuture<Void> kept) {
        void refuse() {
            kept.completeExceptionally(unavailable());
        }
    }

    AuditTrail(AuditSink sink) {
        this.sink = sink;
        this.lastHash = sink.lastHash();
        writer.setDaemon(true);
        writer.start();
    }

    /**
     * Opens the sink that AGENTOS_AUDIT_SINK names.
     *
     * @param sink {@code stdout}, {@code stderr} or {@code file:PATH}
     * @throws IllegalArgumentException when the start must be refused, with the reason as the end of a sentence that
     *     begins with the setting's name
     */
    public static AuditTrail open(String sink) {
        if (sink.equals("stdout")) {
            return new AuditTrail(new StreamSink(System.out));
        }
        if (sink.equals("stderr")) {
            return new AuditTrail(new StreamSink(System.err));
        }
        if (!sink.startsWith(FILE) || sink.length() == FILE.length()) {
            throw new IllegalArgumentException("must be stdout, stderr or file:PATH");
        }
        Path file = Path.of(sink.substring(FILE.length()));
        try {
            return new AuditTrail(new FileSink(file));
        } catch (IOException e) {
            throw new IllegalArgumentException("names " + file + ", which " + reason(e), e);
        }
    }

    /**
     * Records something. Never blocks. The stage completes on the trail's own thread: continue on another one.
     *
     * @return fails with {@code storage_unavailable} when the record could not be kept
     */
    public CompletionStage<Void> record(AuditRecord record) {
        Waiting waiting = new Waiting(AuditLine.opened(record), new CompletableFuture<>());
        if (!enqueue(waiting)) {
            waiting.refuse();
        }
        return waiting.kept();
    }

    /** Writes what is queued, then closes the sink; records that come later are refused. */
    @Override
    public void close() {
        if (!beginClose()) {
            return;
        }
        try {
            queue.put(CLOSE);
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean enqueue(Waiting waiting) {
        return !closed && queue.offer(waiting);
    }

    private synchronized boolean beginClose() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    private void writeUntilClosed() {
        try (sink) {
            boolean open = true;
            while (open) {
                List<Waiting> group = nextGroup();
                open = !group.remove(CLOSE);
                write(group);
                forceIfDue();
            }
            sink.force();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.error("last audit records not fsynced cause={}", e.toString());
        }
    }

    /** Empty when an fsync is due before the next record comes. */
    private List<Waiting> nextGroup() throws InterruptedException {
        Waiting first = unforced ? queue.poll(forceDue - System.nanoTime(), TimeUnit.NANOSECONDS) : queue.take();
        List<Waiting> group = new ArrayList<>();
        if (first != null) {
            group.add(first);
            queue.drainTo(group, MAX_GROUP - 1);
        }
        return group;
    }

    /** A failed fsync is tried again at the next group at the latest; the sink keeps the lines until one succeeds. */
    private void forceIfDue() {
        if (!unforced || forceDue - System.nanoTime() > 0) {
            return;
        }
        try {
            sink.force();
            unforced = false;
        } catch (IOException | RuntimeException e) {
            LOG.error("audit records not fsynced cause={}", e.toString());
            forceDue = System.nanoTime() + FORCE_EVERY.toNanos();
        }
    }

    private void write(List<Waiting> group) {
        if (group.isEmpty()) {
            return;
        }
        List<String> lines = new ArrayList<>(group.size());
        String hash = lastHash;
        for (Waiting waiting : group) {
            String line = AuditLine.chained(waiting.opened(), hash);
            hash = AuditLine.hashOf(line);
            lines.add(line);
        }
        try {
            sink.write(lines);
            lastHash = hash;
            if (!unforced) {
                unforced = true;
                forceDue = System.nanoTime() + FORCE_EVERY.toNanos();
            }
            group.forEach(waiting -> waiting.kept().complete(null));
        } catch (IOException
                | RuntimeException e) { // whatever it is: unrecorded means refused, and the thread lives on
            LOG.error("audit records not written records={} cause={}", group.size(), e.toString());
            group.forEach(Waiting::refuse);
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() != null && e.getMessage().matches("(is|has) .*") ? e.getMessage() : "cannot be written";
    }

    private static FederationException unavailable() {
        return new FederationException(ErrorCode.STORAGE_UNAVAILABLE, "the audit record cannot be kept at the moment")
                .retryAfter(Duration.ofSeconds(1));
    }
}
