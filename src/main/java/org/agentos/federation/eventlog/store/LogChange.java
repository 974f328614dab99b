package org.agentos.federation.eventlog.store;

import java.util.Optional;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;

/**
 * Something to be taken out of the log. Decided by others on what they have read, and checked again by the writing
 * thread: a change that what was written meanwhile has made wrong is left out.
 */
sealed interface LogChange {

    /**
     * The head of a living run goes, up to the end of a record.
     *
     * @param emptiedMillis when the newest of its events was stored; absent unless nothing of the run is left
     */
    record Trim(RunKey run, long number, Position upTo, Volume volume, Optional<Long> emptiedMillis)
            implements LogChange {}

    /**
     * A run goes and leaves a tombstone.
     *
     * @param ifStill only while this is the run's log and ends where it did; absent = in any case, and also where it has no
     *     events yet
     */
    record Delete(RunKey run, Optional<RunLog> ifStill) implements LogChange {}

    /** The tombstone of a deleted run goes. */
    record Forget(RunKey run) implements LogChange {}

    /** A log that was set aside goes. */
    record DropAside(AsideLog aside) implements LogChange {}

    /** Whatever is left of a range of run numbers that no living run has; also tidies after files were dropped. */
    record Sweep(long fromNumber, long toNumber) implements LogChange {}

    /** The head of the feed goes, up to an offset; never its last entry, from which offsets go on. */
    record TrimFeed(long upTo) implements LogChange {}
}
