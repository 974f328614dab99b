package org.agentos.federation.eventlog.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.store.WrittenGroup.Answer;
import org.agentos.federation.eventlog.store.WrittenGroup.Growth;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** A group in the making: the requests decided so far and the one batch that will store what they gained. */
final class GroupBuilder implements AutoCloseable {
    private final WriteBatch batch = new WriteBatch();
    private final List<Answer> answers = new ArrayList<>();
    private final Set<RunState> runs = new LinkedHashSet<>();
    private final List<RunKey> changed = new ArrayList<>();
    private boolean complete;

    WriteBatch batch() {
        return batch;
    }

    void touch(RunState run) {
        runs.add(run);
    }

    /** Adds a request that is answered with the group. */
    void add(LogRequest request, Runnable give) {
        answers.add(new Answer(request, give));
    }

    /** Adds a request after which the group takes no more. */
    void addLast(LogRequest request, Runnable give) {
        answers.add(new Answer(request, give));
        complete = true;
    }

    boolean complete() {
        return complete;
    }

    /** Notes a run whose watchers are to be woken although it did not grow. */
    void changed(RunKey run) {
        changed.add(run);
    }

    Collection<RunState> runs() {
        return runs;
    }

    /** Whether there is something to store. */
    boolean changesAnything() {
        boolean changes = batch.count() > 0;
        for (RunState run : runs) {
            changes |= !run.pending().isEmpty();
        }
        return changes;
    }

    /** A group that stores nothing: its answers still wait for the sync of what they repeat. */
    WrittenGroup withoutChange() {
        return new WrittenGroup(0, answers, List.of(), 0, List.of());
    }

    /** Puts everything pending and the group's number into the batch. */
    WrittenGroup seal(long number, RecordWriter records, long nowMillis) throws RocksDBException {
        List<Growth> growths = new ArrayList<>();
        for (RunState run : runs) {
            if (!run.pending().isEmpty()) {
                growths.add(records.put(run, nowMillis, batch));
                run.written(number);
            }
        }
        records.putGroup(number, batch);
        return new WrittenGroup(number, answers, growths, growths.isEmpty() ? 0 : records.feedEnd(), changed);
    }

    List<Answer> answers() {
        return answers;
    }

    @Override
    public void close() {
        batch.close();
    }
}
