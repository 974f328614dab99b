package org.agentos.federation.eventlog.store;

import java.util.Optional;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Puts trims and deletions into the group that is being built. What memory holds of a run moves here, before the group
 * is written and its deletes can be seen: a reader that looks before and after its read then sees that something moved.
 * A run that is not in memory needs no such care, since its whole state is on the disk and changes there at once. Used by
 * the writing thread alone.
 */
final class ChangeWriter {
    private final LogStore store;
    private final LogReader reader;
    private final ActiveRuns active;
    private final RunNumbers numbers;
    private final Evidence evidence;
    private final Removed removed;

    ChangeWriter(
            LogStore store,
            LogReader reader,
            ActiveRuns active,
            RunNumbers numbers,
            Evidence evidence,
            Removed removed) {
        this.store = store;
        this.reader = reader;
        this.active = active;
        this.numbers = numbers;
        this.evidence = evidence;
        this.removed = removed;
    }

    /** Puts changes into a group, which then takes nothing more: what follows must find them written. */
    void apply(ChangeRequest request, GroupBuilder group, long nowMillis) throws RocksDBException {
        Removed.Count count = new Removed.Count();
        int made = 0;
        for (LogChange change : request.changes()) {
            made += apply(change, group, nowMillis, count) ? 1 : 0;
        }
        int changes = made;
        group.addLast(request, () -> {
            removed.add(count);
            request.made().complete(changes);
        });
    }

    private boolean apply(LogChange change, GroupBuilder group, long nowMillis, Removed.Count count)
            throws RocksDBException {
        if (change instanceof LogChange.Trim trim) {
            return trim(trim, group, count);
        }
        if (change instanceof LogChange.Delete delete) {
            return delete(delete, group, nowMillis, count);
        }
        if (change instanceof LogChange.Forget forget) {
            return forget(forget.run(), group.batch());
        }
        if (change instanceof LogChange.DropAside drop) {
            dropAside(drop.aside(), group.batch());
            return true;
        }
        if (change instanceof LogChange.TrimFeed trim) {
            group.batch().deleteRange(store.handle(Family.FEED), KeyCodec.number(0), KeyCodec.number(trim.upTo() + 1));
            return true;
        }
        LogChange.Sweep sweep = (LogChange.Sweep) change;
        for (Family family : Family.BY_RUN_NUMBER) {
            group.batch()
                    .deleteRange(
                            store.handle(family),
                            KeyCodec.firstRecord(sweep.fromNumber()),
                            KeyCodec.firstRecord(sweep.toNumber()));
        }
        return true;
    }

    private boolean trim(LogChange.Trim trim, GroupBuilder group, Removed.Count count) throws RocksDBException {
        Optional<RunState> inMemory = active.find(trim.run());
        Optional<RunRow> row = reader.row(trim.run())
                .filter(found -> !found.deleted() && found.number() == trim.number())
                .filter(found -> inMemory.map(run -> !run.deleted()).orElse(true));
        if (row.isEmpty()) {
            return false;
        }
        inMemory.ifPresent(run -> {
            run.trim(trim.upTo());
            group.touch(run);
        });
        group.batch()
                .deleteRange(
                        store.handle(Family.LOG),
                        KeyCodec.firstRecord(trim.number()),
                        KeyCodec.recordAfter(trim.number(), trim.upTo()));
        if (trim.emptiedMillis().isPresent()) {
            put(trim.run(), row.get().emptied(trim.emptiedMillis().get()), group.batch());
        }
        count.trimmed(trim.volume());
        return true;
    }

    private boolean delete(LogChange.Delete delete, GroupBuilder group, long nowMillis, Removed.Count count)
            throws RocksDBException {
        Optional<RunState> inMemory =
                delete.ifStill().isEmpty() ? Optional.of(active.activate(delete.run())) : active.find(delete.run());
        Optional<RunRow> stored = reader.row(delete.run());
        Position last = inMemory.map(RunState::last).orElse(null);
        if (inMemory.isEmpty()) {
            last = reader.log(delete.run()).map(RunLog::latest).orElse(null);
        }
        boolean deleted = inMemory.map(RunState::deleted)
                .orElseGet(() -> stored.map(RunRow::deleted).orElse(true));
        if (deleted || hasMoved(delete, stored, last)) {
            return false;
        }
        inMemory.ifPresent(run -> run.number(numbers));
        RunRow row = stored.or(() -> inMemory.map(run -> RunRow.live(run.number(), nowMillis, Optional.empty())))
                .orElseThrow();
        count.deleted(reader.kept(row.number()));
        Optional<String> holder = inMemory.map(RunState::holder).or(row::holder);
        put(delete.run(), row.heldBy(holder).tombstone(last, nowMillis), group.batch());
        if (stored.isEmpty()) {
            numbers.putNext(group.batch());
        }
        if (inMemory.isPresent()) {
            active.delete(inMemory.get());
            group.touch(inMemory.get());
        }
        clear(row.number(), inMemory.isPresent(), group.batch());
        for (AsideLog aside : reader.aside(delete.run())) {
            dropAside(aside, group.batch());
        }
        group.changed(delete.run());
        return true;
    }

    /** Whether events came since the deletion was decided, or another log of the run, which may end at the same position. */
    private static boolean hasMoved(LogChange.Delete delete, Optional<RunRow> stored, Position last) {
        return delete.ifStill()
                .filter(log -> !log.latest().equals(last)
                        || stored.filter(row -> row.number() == log.runNumber()).isEmpty())
                .isPresent();
    }

    private void dropAside(AsideLog aside, WriteBatch batch) throws RocksDBException {
        batch.delete(store.handle(Family.RUN), aside.key());
        for (Family family : Family.BY_RUN_NUMBER) {
            clear(store.handle(family), aside.row().number(), batch);
        }
    }

    private void clear(long number, boolean inMemory, WriteBatch batch) throws RocksDBException {
        clear(store.handle(Family.LOG), number, batch);
        clear(store.handle(Family.IDS), number, batch);
        batch.delete(store.handle(Family.RUN_KEY), KeyCodec.number(number));
        if (inMemory || evidence.count(number) > 0) {
            clear(store.handle(Family.EVIDENCE), number, batch);
        }
    }

    private static void clear(ColumnFamilyHandle family, long number, WriteBatch batch) throws RocksDBException {
        batch.deleteRange(family, KeyCodec.firstRecord(number), KeyCodec.afterRecords(number));
    }

    private boolean forget(RunKey run, WriteBatch batch) throws RocksDBException {
        boolean tombstone = reader.row(run).map(RunRow::deleted).orElse(false);
        if (tombstone) {
            batch.delete(store.handle(Family.RUN), KeyCodec.run(run));
            active.find(run).ifPresent(active::remove);
        }
        return tombstone;
    }

    private void put(RunKey run, RunRow row, WriteBatch batch) throws RocksDBException {
        batch.put(store.handle(Family.RUN), KeyCodec.run(run), row.encode());
    }
}
