package org.agentos.federation.eventlog;

import java.util.List;
import java.util.Optional;

/**
 * A group that is written and waits for its sync.
 *
 * @param number 0 when it only repeats what older groups stored
 */
record WrittenGroup(long number, List<Answer> answers, List<Growth> growths) {
    /** The verdicts of a request, to be given once they are true on disk. */
    record Answer(AppendRequest request, List<Verdict> verdicts) {}

    /** What a run gained: at least one record. */
    record Growth(RunState run, List<LogRecord> records, Position latest) {
        Optional<RunEnd> end() {
            return records.get(records.size() - 1).end();
        }
    }
}
