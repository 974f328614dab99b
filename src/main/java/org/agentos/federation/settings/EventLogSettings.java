package org.agentos.federation.settings;

import java.nio.file.Path;

/**
 * The event log's store.
 *
 * @param directory of RocksDB and of the side files
 * @param blockCacheBytes memory for reads
 * @param dedupeEntries event ids of active runs held in memory, over all runs; 0 = as many as an eighth of the heap holds
 * @param tailBytes newest events of active runs held in memory for live readers, over all runs
 * @param queuedBytes envelopes waiting to be written; more is refused
 * @param diskReserveBytes free disk below which appends are refused
 * @param acceptLoss start although acknowledged groups are missing from the log
 */
public record EventLogSettings(
        Path directory,
        long blockCacheBytes,
        int dedupeEntries,
        long tailBytes,
        long queuedBytes,
        long diskReserveBytes,
        boolean acceptLoss) {

    /** The same for a log at another place; to accept a loss is for a start to decide. */
    public EventLogSettings acceptingNoLossAt(Path place) {
        return new EventLogSettings(
                place, blockCacheBytes, dedupeEntries, tailBytes, queuedBytes, diskReserveBytes, false);
    }
}
