package org.agentos.federation.eventlog;

import java.util.Optional;

/**
 * What is durable of one run's event log at one moment.
 *
 * @param runNumber never given to another run, not even to one of the same ids after a deletion
 * @param earliest before the first kept event
 * @param latest after the last durable event
 * @param holder the peer whose events came first, where that was more than a claim
 * @param end set when a stored terminal event seals the run
 * @param deleted the log was deleted and takes no more events; it is empty and ends where it once did
 */
public record RunLog(
        RunKey run,
        long runNumber,
        Position earliest,
        Position latest,
        Optional<String> holder,
        Optional<RunEnd> end,
        boolean deleted) {
    /** A log of which nothing is kept. */
    static RunLog empty(RunKey run, long runNumber, Position last, Optional<String> holder, boolean deleted) {
        return new RunLog(run, runNumber, last, last, holder, Optional.empty(), deleted);
    }

    RunLog from(Position newEarliest) {
        return new RunLog(run, runNumber, newEarliest, latest, holder, end, deleted);
    }

    public boolean isEmpty() {
        return !latest.isAfter(earliest);
    }
}
