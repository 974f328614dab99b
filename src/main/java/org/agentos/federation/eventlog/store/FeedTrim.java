package org.agentos.federation.eventlog.store;

import java.util.Optional;
import org.rocksdb.RocksDBException;

/**
 * What goes off the head of the feed in one step.
 *
 * @param more whether more may go in another step
 */
record FeedTrim(Optional<LogChange> change, boolean more) {
    /** Entries looked at in one step: what one step may read. */
    private static final int STEP = 4096;

    /** @param end the feed's durable end: what is newer may belong to a run whose row is not written yet */
    static FeedTrim next(FeedReader feed, long end) throws RocksDBException {
        long gone = 0;
        int seen = 0;
        for (FeedEntry entry : feed.entries(0, end - 1, STEP)) { // the last one stays: offsets go on from it
            if (isKept(feed, entry)) {
                break;
            }
            gone = entry.offset();
            seen++;
        }
        return gone == 0
                ? new FeedTrim(Optional.empty(), false)
                : new FeedTrim(Optional.of(new LogChange.TrimFeed(gone)), seen == STEP);
    }

    private static boolean isKept(FeedReader feed, FeedEntry entry) throws RocksDBException {
        return feed.runOf(entry).isPresent() && feed.recordOf(entry).isPresent();
    }
}
