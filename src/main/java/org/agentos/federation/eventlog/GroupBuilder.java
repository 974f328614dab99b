package org.agentos.federation.eventlog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.agentos.federation.eventlog.WrittenGroup.Answer;
import org.agentos.federation.eventlog.WrittenGroup.Growth;
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

    void add(AppendRequest request, List<Verdict> verdicts) {
        answers.add(new Answer(request, () -> request.answer().complete(verdicts)));
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
    WrittenGroup seal(long number, LogStore store, RunNumbers numbers, FeedWriter feed, long nowMillis)
            throws RocksDBException {
        List<Growth> growths = new ArrayList<>();
        for (RunState run : runs) {
            if (!run.pending().isEmpty()) {
                growths.add(store(run, store, numbers, feed, nowMillis));
                run.written(number);
            }
        }
        batch.put(store.handle(Family.META), MetaKeys.GROUP, KeyCodec.number(number));
        return new WrittenGroup(number, answers, growths, growths.isEmpty() ? 0 : feed.last(), changed);
    }

    private Growth store(RunState run, LogStore store, RunNumbers numbers, FeedWriter feed, long nowMillis)
            throws RocksDBException {
        if (!run.rowStored()) {
            numbers.putRow(run, nowMillis, batch);
        }
        long storedAt = run.storedAt(nowMillis);
        List<LogRecord> records = new ArrayList<>();
        Position base = run.lastWritten();
        for (List<PendingEvent> events : cut(run.pending())) {
            LogRecord record = LogRecord.of(base, run.volume(), storedAt, events);
            run.grow(record.own());
            base = events.get(events.size() - 1).position();
            byte[] key = KeyCodec.record(run.number(), base);
            batch.put(store.handle(Family.LOG), key, record.bytes());
            batch.put(store.handle(Family.IDS), key, IdsRecord.of(events));
            feed.put(run.number(), base, storedAt, batch);
            records.add(record);
        }
        return new Growth(run, records, base);
    }

    private static List<List<PendingEvent>> cut(List<PendingEvent> pending) {
        List<List<PendingEvent>> parts = new ArrayList<>();
        int from = 0;
        int bytes = 0;
        for (int i = 0; i < pending.size(); i++) {
            int more = pending.get(i).bytes();
            if (i > from && (i - from == LogRecord.MAX_EVENTS || bytes + more > LogRecord.MAX_BYTES)) {
                parts.add(pending.subList(from, i));
                from = i;
                bytes = 0;
            }
            bytes += more;
        }
        parts.add(pending.subList(from, pending.size()));
        return parts;
    }

    List<Answer> answers() {
        return answers;
    }

    @Override
    public void close() {
        batch.close();
    }
}
