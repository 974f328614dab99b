package org.agentos.federation.eventlog;

import java.util.Optional;

/**
 * What is durable of one run's event log at one moment.
 *
 * @param runNumber never given to another run, not even to one of the same ids after a deletion
 * @param generation which of the run's logs this is: 0, or another number for one that took the place of a log that was
 *     set aside; never the same for two of them. A cursor of one means nothing in another
 * @param earliest before the first kept event
 * @param latest after the last durable event
 * @param holder the peer that a forward has found to hold the run, else the one whose events came first, where that was
 *     more than a claim
 * @param end set when a stored terminal event seals the run
 * @param deleted the log was deleted and takes no more events; it is empty and ends where it once did
 */
public record RunLog(
        RunKey run,
        long runNumber,
        long generation,
        Position earliest,
        Position latest,
        Optional<String> holder,
        Optional<RunEnd> end,
        boolean deleted) {
    /** The same log without its events up to a position. */
    public RunLog from(Position newEarliest) {
        return new RunLog(run, runNumber, generation, newEarliest, latest, holder, end, deleted);
    }

    public boolean isEmpty() {
        return !latest.isAfter(earliest);
    }
}
