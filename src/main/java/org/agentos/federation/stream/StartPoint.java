package org.agentos.federation.stream;

import java.util.Optional;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.eventlog.RunLog;

/**
 * A start that was found in the run's log.
 *
 * @param gap what the reader does not get, when it asked for a place that cannot be served and goes on from the earliest
 * @param state the log when it was looked at; empty before its first event
 */
record StartPoint(Cursor at, Optional<Gap> gap, Optional<RunLog> state) {

    /** How the run ended, when the reader stands behind the event that sealed it. */
    Optional<RunEnd> endReached() {
        return state.filter(log -> !log.latest().isAfter(at.position())).flatMap(RunLog::end);
    }
}
