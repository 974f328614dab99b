package org.agentos.federation.audit;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.settings.AuditSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit trail: records in the order they came, one thread that writes them in groups, or the caller's for one
 * alone, and a stage for each that completes once it is written. A mutation waits for that stage before it is answered, so that
 * nothing happens unrecorded. What is written is fsynced within a second and when the trail is closed.
 */
public final class AuditTrail implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);

    /** A disk that stalls must not fill the memory with records; one more is refused. */
    static final int MAX_QUEUED = 8192;

    /** Bounds the memory of one write and the time the first of a group waits for the last. */
    private static final int MAX_GROUP = 1024;

    /** How late the count of repeated denials may be. */
    private static final Duration SWEEP_EVERY = Duration.ofSeconds(5);

    private static final WaitingRecord CLOSE = new WaitingRecord("");

    private final AuditSink sink;
    private final ChainWriter chain;
    private final InstantSource clock;
    private final RepeatedDenials denials = new RepeatedDenials(this::record);
    private final BlockingQueue<WaitingRecord> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final Thread writer = new Thread(this::writeUntilClosed, "audit-writer");
    private boolean closed;

    AuditTrail(AuditSink sink, ChainKey key, InstantSource clock) {
        this.sink = sink;
        this.chain = new ChainWriter(sink, key);
        this.clock = clock;
        writer.setDaemon(true);
        writer.start();
    }

    /**
     * Opens the sink that AGENTOS_AUDIT_SINK names.
     *
     * @throws IllegalArgumentException when the start must be refused, with the reason as the end of a sentence that
     *     begins with the setting's name
     */
    public static AuditTrail open(AuditSettings settings, InstantSource clock) {
        ChainKey key = ChainKey.of(settings.key());
        return new AuditTrail(AuditSinks.open(settings, key, clock), key, clock);
    }

    /**
     * Looks whether {@link #open} would do, and writes nothing: for the checks before a start.
     *
     * @throws IllegalArgumentException as {@link #open}, but for a file in use
     */
    public static void review(AuditSettings settings) {
        AuditSinks.review(settings);
    }

    /** What has been written so far can be read; empty for a stream. */
    public Optional<AuditPages> pages() {
        return sink instanceof FileSink file ? Optional.of(new AuditPages(file)) : Optional.empty();
    }

    /**
     * Asks whether a record could be written at the moment, so that what would have to be refused afterwards is refused
     * before anything is done. The record of that refusal is the next try.
     *
     * @throws FederationException {@code storage_unavailable} after a record that could not be written, until one is
     */
    public void requireFit() {
        if (chain.isFailing()) {
            throw WaitingRecord.unavailable();
        }
    }

    /**
     * Records a denial, or counts it with those that are like it. As {@link #record} otherwise.
     *
     * @see RepeatedDenials
     */
    public CompletionStage<Void> recordDenial(AuditRecord denial) {
        return denials.record(denial);
    }

    /**
     * Records something. Blocks on nothing. The stage completes on the thread that writes: continue on another one.
     *
     * @return fails with {@code storage_unavailable} when the record could not be kept
     */
    public CompletionStage<Void> record(AuditRecord record) {
        WaitingRecord waiting = new WaitingRecord(AuditLine.opened(record));
        enqueue(waiting);
        return waiting.kept();
    }

    /**
     * As {@link #record}, on the caller's thread where no other record is being written or waits: that wakes no other
     * thread. May block on the disk.
     */
    public CompletionStage<Void> recordHere(AuditRecord record) {
        WaitingRecord waiting = new WaitingRecord(AuditLine.opened(record));
        if (!queue.isEmpty() || !chain.writeIfFree(waiting)) {
            enqueue(waiting);
        }
        return waiting.kept();
    }

    /** Writes what is queued and counted, then closes the sink; records that come later are refused. */
    @Override
    public void close() {
        denials.close(clock.instant());
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

    private synchronized void enqueue(WaitingRecord waiting) {
        if (closed || !queue.offer(waiting)) {
            waiting.refuse();
        }
    }

    private synchronized boolean beginClose() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    private void writeUntilClosed() {
        try (chain) {
            boolean open = true;
            Instant swept = clock.instant();
            while (open) {
                List<WaitingRecord> group = nextGroup();
                open = !group.remove(CLOSE);
                chain.write(group);
                chain.forceIfDue();
                swept = sweepAfter(swept);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.error("last audit records not fsynced cause={}", e.toString());
        }
    }

    private Instant sweepAfter(Instant swept) {
        Instant now = clock.instant();
        if (now.isBefore(swept.plus(SWEEP_EVERY)) && !now.isBefore(swept)) {
            return swept;
        }
        try {
            denials.sweep(now);
        } catch (RuntimeException | Error e) { // what is not counted is tried again
            LOG.error("repeated denials not swept cause={}", e.toString());
        }
        return now;
    }

    /** Empty when it is time to look whether an fsync, or the count of repeated denials, is due. */
    private List<WaitingRecord> nextGroup() throws InterruptedException {
        WaitingRecord first = queue.poll(chain.nanosToForce(), TimeUnit.NANOSECONDS);
        List<WaitingRecord> group = new ArrayList<>();
        if (first != null) {
            group.add(first);
            queue.drainTo(group, MAX_GROUP - 1);
        }
        return group;
    }
}
