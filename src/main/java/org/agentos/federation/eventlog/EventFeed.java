package org.agentos.federation.eventlog;

import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/**
 * The events of all runs in one durable order, which is kept over restarts: what subscriptions read. Within a run it is the
 * order of the run's log; between runs the order in which their records were stored.
 *
 * <p>Reading gives durable events only. What retention, a deletion or a log set aside has taken out is stepped over. All
 * methods may be called from any thread and may block on the disk, but for {@link #end} and {@link #watch}.
 */
public interface EventFeed {

    /** The offset of the newest durable entry; 0 = there never was one. */
    long end();

    /**
     * Reads records after an offset, in order.
     *
     * @param after an offset; 0 = from the first kept
     * @param wanted asked once for each entry that is there still, before its events are read
     * @param limits what one call may read
     */
    FeedPage read(long after, Predicate<RunKey> wanted, Limits limits);

    /** The one record of an entry; empty when it is gone. */
    List<FeedRecord> read(long offset);

    /**
     * The offset after which all records stored at or after a time stand; earlier ones may stand there too, in a log that an
     * earlier version began.
     */
    long before(Instant time);

    /** The offset after which all of a run's events after a position stand; {@link #end} when there are none. */
    long before(RunKey run, Position after);

    /** When the next entry after an offset was stored, milliseconds since 1970; 0 = there is none. */
    long storedMillisAfter(long offset);

    /** Calls back whenever {@link #end} has moved, on the log's own thread: the callback hands over and returns. */
    EventLog.Watch watch(Runnable moved);

    /**
     * What one call may read.
     *
     * @param entries 1 or more entries are looked at, wanted or not
     * @param bytes of envelopes, after which it stops; a record is read whole, so up to 256 KB or one larger event more
     */
    record Limits(int entries, long bytes) {}

    /**
     * One record of a run.
     *
     * @param storedMillis when it was stored, since 1970; of a log of an earlier version, when its run began
     * @param events at least one
     */
    record FeedRecord(long offset, RunKey run, long storedMillis, List<StoredEvent> events) {}

    /**
     * What was read.
     *
     * @param readTo go on after this offset
     * @param gone entries among them whose events are not there any more, wanted or not
     */
    record FeedPage(List<FeedRecord> records, long readTo, int gone) {}
}
