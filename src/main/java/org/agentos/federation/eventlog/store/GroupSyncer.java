package org.agentos.federation.eventlog.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.store.WrittenGroup.Growth;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The syncing thread: makes all groups written so far durable by one sync, then shows them to readers, wakes who
 * watches and answers their requests. A lone group, with nothing before it and nothing behind, the writing thread settles
 * itself, for it would only wake this one and wait. A sync that fails is never tried again, for the system may have dropped the
 * very pages it could not write: the log halts, and opening it anew recovers what is really there.
 */
final class GroupSyncer implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupSyncer.class);
    private static final WrittenGroup END = new WrittenGroup(-1, List.of(), List.of(), 0, List.of());

    private final BlockingQueue<WrittenGroup> written = new LinkedBlockingQueue<>(); // bounded by the request queue
    private final GroupStore groups;
    private final SyncedGroups syncedGroups;
    private final RequestQueue queue;
    private final LiveTail liveTail;
    private final Watchers watchers;
    private final FeedEnd feedEnd;
    private final LogHealth health;
    private final ReentrantLock settling = new ReentrantLock();
    private final AtomicInteger unsettled = new AtomicInteger();
    private long syncedGroup;

    GroupSyncer(
            GroupStore groups,
            SyncedGroups syncedGroups,
            RequestQueue queue,
            LiveTail liveTail,
            Watchers watchers,
            FeedEnd feedEnd,
            LogHealth health,
            long syncedGroup) {
        this.groups = groups;
        this.syncedGroups = syncedGroups;
        this.queue = queue;
        this.liveTail = liveTail;
        this.watchers = watchers;
        this.feedEnd = feedEnd;
        this.health = health;
        this.syncedGroup = syncedGroup;
    }

    void add(WrittenGroup group) {
        unsettled.incrementAndGet();
        written.add(group);
    }

    /** Settles a group on the caller's thread, the one that adds groups, unless others before it are not settled yet. */
    void settleOrAdd(WrittenGroup group) {
        if (unsettled.get() == 0) {
            settle(List.of(group));
        } else {
            add(group);
        }
    }

    /** Lets the thread end when all before is answered. */
    void finish() {
        add(END);
    }

    boolean isHalted() {
        return health.isHalted();
    }

    synchronized long syncedGroup() {
        return syncedGroup;
    }

    /** Waits until the group is synced or never will be. */
    synchronized void awaitSynced(long group) {
        try {
            while (syncedGroup < group && !health.isHalted()) {
                wait();
            }
        } catch (InterruptedException nobodyShould) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        List<WrittenGroup> taken = new ArrayList<>();
        try {
            while (!taken.contains(END)) {
                taken.clear();
                takeAll(taken);
                settle(taken);
                unsettled.addAndGet(-taken.size());
            }
        } catch (InterruptedException nobodyShould) {
            Thread.currentThread().interrupt();
        }
    }

    private void takeAll(List<WrittenGroup> taken) throws InterruptedException {
        WrittenGroup first =
                needsForce() ? written.poll(SyncedGroups.FORCE_EVERY_MILLIS, TimeUnit.MILLISECONDS) : written.take();
        if (first == null) {
            forceIfDue();
        } else {
            taken.add(first);
            written.drainTo(taken);
        }
    }

    private void settle(List<WrittenGroup> taken) {
        settling.lock();
        try {
            settleAlone(taken);
        } finally {
            settling.unlock();
        }
    }

    private void settleAlone(List<WrittenGroup> taken) {
        try {
            long newest = 0; // those that store nothing have no number of their own
            for (WrittenGroup group : taken) {
                newest = Math.max(newest, group.number());
            }
            sync(newest);
            taken.forEach(this::show);
        } catch (RocksDBException | RuntimeException | Error failure) {
            halt("the event log could not be synced; restart to recover it", failure);
            taken.forEach(this::fail);
            return;
        }
        feedEnd.wake();
        taken.forEach(this::wake); // first: it is little, and what answers set going takes the processors from readers
        taken.forEach(this::answer);
        forceIfDue(); // last: nobody waits for it
    }

    private void sync(long group) throws RocksDBException {
        if (health.isHalted()) {
            throw LogHealth.storageUnavailable("the event log is halted");
        }
        if (group > syncedGroup()) {
            groups.sync();
            moveTo(group);
            remember();
        }
    }

    private synchronized void moveTo(long group) {
        syncedGroup = group;
        notifyAll();
    }

    /**
     * Whether {@link #forceIfDue} is due within {@link SyncedGroups#FORCE_EVERY_MILLIS} where no other group comes. Where one
     * is under way it sees to that itself, and who asks does not wait for its sync.
     */
    boolean needsForce() {
        if (unsettled.get() > 0) {
            return false;
        }
        settling.lock();
        try {
            return syncedGroups.needsForce();
        } finally {
            settling.unlock();
        }
    }

    /** Without its note a group is as durable as with it; only the check at the next start is weaker. */
    private void remember() {
        try {
            syncedGroups.remember(syncedGroup());
        } catch (IOException noNote) {
            LOG.warn("event log side file not written cause={}", noNote.toString());
        }
    }

    void forceIfDue() {
        settling.lock();
        try {
            syncedGroups.forceIfDue();
        } catch (IOException notForced) {
            LOG.warn("event log side file not forced cause={}", notForced.toString());
        } finally {
            settling.unlock();
        }
    }

    private void show(WrittenGroup group) {
        for (Growth growth : group.growths()) {
            growth.records().forEach(record -> liveTail.add(growth.run().tail(), record));
            growth.run().moveDurable(growth.latest(), growth.end());
        }
        feedEnd.moveTo(group.feedEnd());
    }

    private void answer(WrittenGroup group) {
        group.answers().forEach(answer -> {
            queue.answered(answer.request());
            answer.give().run();
        });
    }

    private void wake(WrittenGroup group) {
        group.growths().forEach(growth -> watchers.moved(growth.run().key()));
        group.changed().forEach(watchers::moved);
    }

    /** Takes no more appends until the log is opened anew. */
    synchronized void halt(String problem, Throwable failure) {
        if (!health.isHalted()) {
            LOG.error("event log halted, no more appends until it is opened anew problem=\"{}\"", problem, failure);
            health.halt(problem);
        }
        notifyAll();
    }

    private void fail(WrittenGroup group) {
        group.answers()
                .forEach(answer ->
                        refuse(answer.request(), LogHealth.storageUnavailable("the event log could not be synced")));
    }

    /** Answers a request with a failure. */
    void refuse(LogRequest request, FederationException refusal) {
        queue.answered(request);
        request.fail(refusal);
    }
}
