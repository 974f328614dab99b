package org.agentos.federation.eventlog.store;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.agentos.federation.eventlog.EventLogOpenException;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.store.LogReader.KnownRun;
import org.rocksdb.RocksDBException;

/**
 * Finds the runs whose log is held by another peer than the one they were forwarded to, and gives them to that. A forward
 * leaves no such run behind, nor does a backup; a forward index put in place by hand can, and earlier versions did.
 */
final class HolderReview {
    /** Rows looked at in one go. */
    private static final int PORTION = 1024;

    private final RocksEventLog log;
    private final LogReader reader;

    HolderReview(RocksEventLog log, LogReader reader) {
        this.log = log;
        this.reader = reader;
    }

    /** @param forwardedTo the peer of a run's forward; asked for each run that has a holder */
    void review(Function<RunKey, Optional<String>> forwardedTo) {
        try {
            Optional<RunKey> after = Optional.empty();
            for (List<KnownRun> runs = reader.rows(after, PORTION);
                    !runs.isEmpty();
                    runs = reader.rows(after, PORTION)) {
                runs.forEach(run -> review(run, forwardedTo));
                after = Optional.of(runs.get(runs.size() - 1).run());
            }
        } catch (RocksDBException | CompletionException failed) {
            throw new EventLogOpenException("the holders of the event log's runs cannot be reviewed", failed);
        }
    }

    private void review(KnownRun known, Function<RunKey, Optional<String>> forwardedTo) {
        if (known.row().holder().isEmpty()) {
            return; // a claim, or events that an earlier version mirrored: nobody can tell
        }
        forwardedTo
                .apply(known.run())
                .filter(peer -> !known.row().holder().equals(Optional.of(peer)))
                .ifPresent(peer ->
                        log.hold(known.run(), peer).toCompletableFuture().join());
    }
}
