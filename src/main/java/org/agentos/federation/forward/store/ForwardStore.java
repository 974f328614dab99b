package org.agentos.federation.forward.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.settings.ForwardSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of forwarded runs, over restarts: the index, the idempotency keys and the journal that keeps both.
 *
 * <p>Constructing it reads the files; {@link #start} once the routes run, {@link #close} before they stop.
 */
public final class ForwardStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ForwardStore.class);
    private final int compactAfterLines;
    private final Executor compactions;
    private final ForwardIndex index = new ForwardIndex();
    private final ForwardKeys keys;
    private final ForwardJournal journal;
    private final ForwardCompaction compaction;
    private final boolean corrupt;
    private final AtomicBoolean compacting = new AtomicBoolean();
    private final long loadedLines;

    /**
     * Loads the index. A corrupt file is reported and set aside by {@link #start}; it does not stop the gateway.
     *
     * @param compactions runs compactions in the background
     * @throws IOException when a file cannot be read at all
     */
    public ForwardStore(
            ForwardSettings settings,
            ForwardFiles files,
            JournalStorage storage,
            InstantSource clock,
            Executor compactions)
            throws IOException {
        this.compactAfterLines = settings.compactAfterEntries();
        this.compactions = compactions;
        this.keys = new ForwardKeys(settings.keyRetention(), ForwardKeys.MAX_KEYS);
        Instant keysSince = clock.instant().minus(settings.keyRetention());
        ForwardLoader loader = new ForwardLoader(files, (entry, json) -> restore(entry, json, keysSince), this::apply);
        loader.load();
        this.loadedLines = loader.lines();
        this.corrupt = !loader.corrupt().isEmpty();
        this.journal = new ForwardJournal(files, storage, loader.lastSegment() + 1, this::applyNew);
        this.compaction = new ForwardCompaction(files, storage, index, keys, loader.corrupt());
        LOG.info("The forward index is loaded file={} runs={}", files.snapshot(), index.size());
    }

    /** Begins to write. What was corrupt is stored anew before this returns. */
    public void start() {
        journal.start();
        if (corrupt) {
            compaction.run(journal);
        } else {
            compactIfDue(loadedLines);
        }
    }

    public ForwardIndex index() {
        return index;
    }

    /**
     * Keeps a run's state as heard from its peer; of a run nobody forwarded, nothing. A state heard again only moves its
     * time, in memory.
     */
    public CompletionStage<Void> recordState(RunKey run, String state, Instant at) {
        Optional<ForwardEntry> known = index.find(run);
        Instant time = at.truncatedTo(ChronoUnit.MILLIS);
        if (known.isEmpty() || known.get().state().equals(state)) {
            index.hear(run, state, time);
            return CompletableFuture.completedStage(null);
        }
        return append(new JournalRecord.StateHeard(run.tenantId(), run.runId(), state, time));
    }

    /**
     * Copies the index while it is written to, into a directory that exists, as an index file of another name. All that
     * was answered before the call is in the copy. Waits for a compaction under way.
     */
    public void copyTo(Path directory, String name) throws IOException {
        compaction.copyTo(directory, name);
    }

    /** How many forwards to a peer there are of which nobody knows whether they started a run. */
    public int unknownAt(String stackId) {
        return keys.unknownAt(stackId);
    }

    public ForwardKeys keys() {
        return keys;
    }

    /**
     * Notes what is about to happen or has happened to a forward.
     *
     * @return completes on the journal's thread when the record is on disk and in memory, or fails with
     *     {@code storage_unavailable}: continue on another thread
     */
    public CompletionStage<Void> append(JournalRecord record) {
        return journal.append(record);
    }

    /** Writes what is queued, compacts and ends. The routes must still run. */
    @Override
    public void close() throws InterruptedException {
        compaction.runLast(journal);
        journal.close();
    }

    private void restore(ForwardEntry entry, JsonNode json, Instant keysSince) {
        Optional<Digest128> scope = EntryJson.optional(json, "scope").map(Digest128::parse);
        Optional<Digest128> run = EntryJson.optional(json, "run").map(Digest128::parse);
        index.put(entry, scope);
        if (scope.isPresent() && run.isPresent() && entry.createdAt().isAfter(keysSince)) {
            ForwardEntry asAnswered = entry.heard(json.path("status").asText(entry.state()), entry.createdAt());
            int attempts = json.path("attempts").asInt(1);
            keys.apply(new JournalRecord.Started(scope.get(), run.get(), attempts, asAnswered));
        }
    }

    private void applyNew(JournalRecord record) {
        apply(record);
        compactIfDue(journal.lines());
    }

    private void apply(JournalRecord record) {
        if (record instanceof JournalRecord.Intent intent) {
            keys.apply(intent);
        } else if (record instanceof JournalRecord.Started started) {
            index.put(started.entry(), Optional.of(started.scope()));
            keys.apply(started);
        } else if (record instanceof JournalRecord.Freed freed) {
            keys.apply(freed);
        } else if (record instanceof JournalRecord.Evidence evidence) {
            keys.apply(evidence);
        } else if (record instanceof JournalRecord.StateHeard heard) {
            index.hear(new RunKey(heard.tenantId(), heard.runId()), heard.state(), heard.at());
        }
    }

    /** Not before as many lines as there are runs: a snapshot costs all of them, a forward must cost the same always. */
    private void compactIfDue(long lines) {
        if (lines < Math.max(compactAfterLines, index.size()) || !compacting.compareAndSet(false, true)) {
            return;
        }
        try {
            compactions.execute(() -> {
                compaction.run(journal);
                compacting.set(false);
            });
        } catch (RejectedExecutionException e) {
            compacting.set(false);
        }
    }
}
