package org.agentos.federation.eventlog.store;

import java.util.Optional;
import org.agentos.federation.eventlog.Replaced;
import org.agentos.federation.eventlog.RunKey;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts what forwards say of the holders of runs into the group that is being built. A log of another holder is set aside
 * in one step: its row moves to a key of its own, and the run's row names a new log under a new number. Its records are
 * not touched. What memory holds moves before the group is written: a reader of the old log then finds another in its
 * place and stops. Used by the writing thread alone.
 */
final class HoldWriter {
    private static final Logger LOG = LoggerFactory.getLogger(HoldWriter.class);

    private final LogStore store;
    private final LogReader reader;
    private final ActiveRuns active;
    private final NamedHolders named;
    private final RunNumbers numbers;
    private final Removed removed;

    HoldWriter(
            LogStore store,
            LogReader reader,
            ActiveRuns active,
            NamedHolders named,
            RunNumbers numbers,
            Removed removed) {
        this.store = store;
        this.reader = reader;
        this.active = active;
        this.named = named;
        this.numbers = numbers;
        this.removed = removed;
    }

    /** Whether the request has to find all that came before it written: what is set aside is set aside whole. */
    boolean beginsGroup(HoldRequest request) throws RocksDBException {
        boolean pending = active.find(request.run())
                .filter(run -> !run.pending().isEmpty())
                .isPresent();
        return pending || otherLog(request).isPresent();
    }

    /**
     * Decides a request.
     *
     * @return whether that was all: there is nothing to store, and nothing to wait for
     */
    boolean apply(HoldRequest request, GroupBuilder group, long nowMillis) throws RocksDBException {
        Optional<RunRow> row = reader.row(request.run());
        if (row.isEmpty()) {
            named.note(request.run(), request.holder());
            active.find(request.run()).ifPresent(run -> run.holdBy(request.holder()));
            return true;
        }
        if (isOther(row.get(), request)) {
            replace(request, row.get(), group, nowMillis);
            return false;
        }
        return true;
    }

    private Optional<RunRow> otherLog(HoldRequest request) throws RocksDBException {
        return reader.row(request.run()).filter(row -> isOther(row, request));
    }

    private static boolean isOther(RunRow row, HoldRequest request) {
        return !row.holder().equals(Optional.of(request.holder()));
    }

    private void replace(HoldRequest request, RunRow old, GroupBuilder group, long nowMillis) throws RocksDBException {
        RunKey run = request.run();
        Volume kept = old.deleted() ? Volume.NONE : reader.kept(old.number());
        RunRow row = RunRow.replacing(numbers.next(), nowMillis, request.holder());
        WriteBatch batch = group.batch();
        batch.put(store.handle(Family.RUN), KeyCodec.run(run), row.encode());
        numbers.putKey(row.number(), KeyCodec.run(run), batch);
        numbers.putNext(batch);
        if (!old.deleted()) { // a tombstone has nothing that could be set aside
            AsideLog aside = new AsideLog(run, old.setAside(nowMillis));
            batch.put(store.handle(Family.RUN), aside.key(), aside.row().encode());
        }
        RunState fresh = RunState.replacing(run, row);
        active.replace(fresh);
        group.touch(fresh);
        group.changed(run);
        Replaced replaced = new Replaced(old.holder(), kept.events());
        group.addLast(request, () -> {
            removed.addReplaced(kept);
            tell(request, old, replaced);
            request.answer().complete(Optional.of(replaced));
        });
    }

    private static void tell(HoldRequest request, RunRow old, Replaced replaced) {
        LOG.warn(
                "event log of a run set aside, a forward has found it at another peer tenantId={} runId={} holder={}"
                        + " replacedHolder={} setAsideRunNumber={} events={}",
                request.run().tenantId(),
                request.run().runId(),
                request.holder(),
                replaced.holder().orElse("(a claim)"),
                old.number(),
                replaced.events());
    }
}
