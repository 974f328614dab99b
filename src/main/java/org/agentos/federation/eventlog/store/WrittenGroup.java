package org.agentos.federation.eventlog.store;

import java.util.List;
import java.util.Optional;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.eventlog.RunKey;

/**
 * A group that is written and waits for its sync.
 *
 * @param number 0 when it only repeats what older groups stored
 * @param feedEnd the feed's last offset with the group; 0 when it did not grow
 * @param changed runs whose watchers are woken although they did not grow: deleted ones, and those with another log
 */
record WrittenGroup(long number, List<Answer> answers, List<Growth> growths, long feedEnd, List<RunKey> changed) {
    /** What a request is told, once it is true on disk. */
    record Answer(LogRequest request, Runnable give) {}

    /** What a run gained: at least one record. */
    record Growth(RunState run, List<LogRecord> records, Position latest) {
        Optional<RunEnd> end() {
            return records.get(records.size() - 1).end();
        }
    }
}
