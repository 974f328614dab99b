package org.agentos.federation.eventlog;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.rocksdb.RocksDBException;

/**
 * The runs in memory, bounded by their event_ids together; the longest idle ones leave first. Only a run whose newest
 * events are synced may leave: a run that is not here is durable to its end, which is what lets readers trust the disk.
 * Changed by the writing thread alone.
 */
final class ActiveRuns {
    /** What a run costs beside its ids, counted in ids: without it a million runs of one event would be nearly free. */
    private static final long RUN_ENTRIES = 32;

    private static final int SHARE_OF_HEAP = 8;

    private final RunLoader loader;
    private final long maxEntries;
    private final ConcurrentMap<RunKey, RunState> byKey = new ConcurrentHashMap<>();
    private final Map<RunKey, RunState> longestIdleFirst = new LinkedHashMap<>(16, 0.75f, true);
    private long entries;

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
            active = loader.load(key);
            longestIdleFirst.put(key, active);
            byKey.put(key, active);
            entries += cost(active);
        }
        return active;
    }

    private static long cost(RunState run) {
        return RUN_ENTRIES + run.ids().size();
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

    /** Lets idle runs go until the bound is met. */
    void trim(long syncedGroup) {
        Iterator<RunState> idle = longestIdleFirst.values().iterator();
        while (overfull() && idle.hasNext()) {
            RunState run = idle.next();
            if (run.lastGroup() > syncedGroup) {
                return; // those after it were used later still
            }
            idle.remove();
            byKey.remove(run.key());
            entries -= cost(run);
        }
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
        longestIdleFirst.remove(run.key());
        byKey.remove(run.key());
        entries -= cost(run);
    }

    /** Forgets runs whose memory is ahead of the disk. All that is written of them must be synced. */
    void drop(Collection<RunState> ahead) {
        for (RunState run : ahead) {
            longestIdleFirst.remove(run.key());
            byKey.remove(run.key());
        }
        entries = longestIdleFirst.values().stream().mapToLong(ActiveRuns::cost).sum();
    }
}
