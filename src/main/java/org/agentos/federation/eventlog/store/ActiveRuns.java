package org.agentos.federation.eventlog.store;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.agentos.federation.eventlog.RunKey;
import org.rocksdb.RocksDBException;

/**
 * The runs in memory, bounded by what their event_ids take together. Those that are idle for the longest first give up the
 * positions of their ids, and leave when packed ones take most of the room. Only a run whose newest events are synced may
 * leave: a run that is not here is durable to its end, which is what lets readers trust the disk. Changed by the writing
 * thread alone.
 */
final class ActiveRuns {
    /** What a run costs beside its ids, counted in ids: without it a million runs of one event would be nearly free. */
    private static final long RUN_ENTRIES = 32;

    private static final int SHARE_OF_HEAP = 8;

    private final RunLoader loader;
    private final long maxEntries;
    private final ConcurrentMap<RunKey, RunState> byKey = new ConcurrentHashMap<>();
    private final Map<RunKey, RunState> longestIdleFirst = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<RunKey, RunState> longestPackedFirst = new LinkedHashMap<>();
    private long entries;
    private long packedEntries;

    /** @param maxEntries 0 = as many ids as an eighth of the heap holds */
    ActiveRuns(RunLoader loader, long maxEntries) {
        this.loader = loader;
        this.maxEntries =
                maxEntries == 0 ? DedupeTable.idsIn(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP) : maxEntries;
    }

    Optional<RunState> find(RunKey key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /** The run, brought into memory if need be. */
    RunState activate(RunKey key) throws RocksDBException {
        RunState active = longestIdleFirst.get(key);
        if (active == null) {
            active = packed(key);
        }
        if (active == null) {
            active = loader.load(key);
            byKey.put(key, active);
            entries += cost(active);
        }
        longestIdleFirst.putIfAbsent(key, active);
        return active;
    }

    /** A run that was idle and is so no more; its ids stay packed until one of them comes again. */
    private RunState packed(RunKey key) {
        RunState run = longestPackedFirst.remove(key);
        packedEntries -= run == null ? 0 : cost(run);
        return run;
    }

    private static long cost(RunState run) {
        return RUN_ENTRIES + run.ids().cost();
    }

    /** Makes sure that an active run has the position of an id, where it knows the id. */
    void unpackFor(RunState run, long idHash) throws RocksDBException {
        if (run.ids().isPacked(idHash)) {
            long before = cost(run);
            loader.unpack(run);
            entries += cost(run) - before;
        }
    }

    /** Whether one run could take so many events more within the bound of all. */
    boolean hasRoom(RunState run, int events) {
        return run.ids().size() + (long) events <= maxEntries;
    }

    void grew(int ids) {
        entries += ids;
    }

    boolean overfull() {
        return entries > maxEntries;
    }

    /** Packs idle runs and lets packed ones go until the bound is met, or only runs are left that have to stay. */
    void trim(long syncedGroup) {
        boolean more = true;
        while (overfull() && more) {
            more = packedEntries <= maxEntries / 4 * 3 ? pack(syncedGroup) || letGo() : letGo();
        }
    }

    private boolean pack(long syncedGroup) {
        Optional<RunState> idle = first(longestIdleFirst).filter(run -> run.lastGroup() <= syncedGroup);
        idle.ifPresent(run -> {
            entries -= cost(run);
            run.ids().pack(run.last());
            longestIdleFirst.remove(run.key());
            longestPackedFirst.put(run.key(), run);
            entries += cost(run);
            packedEntries += cost(run);
        });
        return idle.isPresent(); // if not, those after it were used later still
    }

    private boolean letGo() {
        Optional<RunState> gone = first(longestPackedFirst);
        gone.ifPresent(this::remove);
        return gone.isPresent();
    }

    private static Optional<RunState> first(Map<RunKey, RunState> runs) {
        return runs.values().stream().findFirst();
    }

    /** Puts another log of the same run in the place of the one in memory, of which nothing unwritten is known. */
    void replace(RunState fresh) {
        find(fresh.key()).ifPresent(this::remove);
        longestIdleFirst.put(fresh.key(), fresh);
        byKey.put(fresh.key(), fresh);
        entries += cost(fresh);
    }

    /** Forgets a run of which nothing unwritten is known. */
    void remove(RunState run) {
        boolean wasPacked = packed(run.key()) != null;
        if (!wasPacked) {
            longestIdleFirst.remove(run.key());
        }
        byKey.remove(run.key());
        entries -= cost(run);
    }

    /** Has a run in memory forget its events; pending ones were not counted. */
    void delete(RunState run) throws RocksDBException {
        RunState active = activate(run.key());
        entries -= cost(active) - active.pending().size();
        active.delete();
        entries += cost(active);
    }

    /** Forgets runs whose memory is ahead of the disk. All that is written of them must be synced. */
    void drop(Collection<RunState> ahead) {
        for (RunState run : ahead) {
            packed(run.key());
            longestIdleFirst.remove(run.key());
            byKey.remove(run.key());
        }
        entries = byKey.values().stream().mapToLong(ActiveRuns::cost).sum();
    }
}
