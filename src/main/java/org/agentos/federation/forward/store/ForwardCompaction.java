package org.agentos.federation.forward.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the journal into a new snapshot: the journal goes on in a new segment that begins with the calls still open, a
 * snapshot of all that the older segments say replaces the old one, and only then are the older segments deleted. A
 * crash at any point leaves files that say the same thing twice, which reads as saying it once.
 */
final class ForwardCompaction {
    private static final Logger LOG = LoggerFactory.getLogger(ForwardCompaction.class);
    private final ForwardFiles files;
    private final JournalStorage storage;
    private final ForwardIndex index;
    private final ForwardKeys keys;
    private final List<Path> corruptSegments;

    /** @param corrupt set aside after the first compaction, which stores what could be read of them */
    ForwardCompaction(
            ForwardFiles files, JournalStorage storage, ForwardIndex index, ForwardKeys keys, List<Path> corrupt) {
        this.files = files;
        this.storage = storage;
        this.index = index;
        this.keys = keys;
        this.corruptSegments = new ArrayList<>(corrupt);
        if (corruptSegments.remove(files.snapshot())) {
            files.keepCorruptSnapshot();
        }
    }

    /** One at a time. A failure is logged and leaves all segments in place. */
    synchronized void run(ForwardJournal journal) {
        try {
            long last =
                    journal.switchSegment(keys::unsettled).toCompletableFuture().get();
            writeSnapshot();
            removeSegments(last);
            LOG.info("The forward journal is compacted runs={} segments_to={}", index.size(), last);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.error("The forward journal could not be switched; it will be compacted later", e.getCause());
        } catch (Exception e) {
            LOG.error("The forward index could not be written; the journal stays and will be compacted later", e);
        }
    }

    /** Waits for one under way, and does another if there is something to compact since. */
    synchronized void runLast(ForwardJournal journal) {
        if (journal.lines() > 0) {
            run(journal);
        }
    }

    /** Copies the index's files as they are between two compactions, of which none begins meanwhile. */
    synchronized void copyTo(Path directory, String name) throws IOException {
        files.copyTo(directory, name);
    }

    /** A half one must not go on filling a disk that was too small for it. */
    private void writeSnapshot() throws Exception {
        try (InputStream snapshot = new SnapshotStream(index, keys)) {
            storage.writeSnapshot(files.temporarySnapshotName(), snapshot);
        } catch (Exception e) {
            files.discardTemporarySnapshot();
            throw e;
        }
    }

    private void removeSegments(long last) throws IOException {
        files.forgetUpTo(last);
        for (long number : files.segments()) {
            Path segment = files.segment(number);
            if (number > last) {
                continue;
            }
            if (corruptSegments.remove(segment)) {
                files.setAside(segment);
            } else {
                Files.delete(segment);
            }
        }
        files.forceDirectory();
    }
}
