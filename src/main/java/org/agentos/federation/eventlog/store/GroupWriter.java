package org.agentos.federation.eventlog.store;

import com.google.common.collect.Iterators;
import com.google.common.collect.PeekingIterator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writing thread: takes what is queued, has each request decided by its writer, writes one batch for all and hands it on
 * to be synced. While one group syncs the next is built.
 */
final class GroupWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupWriter.class);
    /** Taken into one group: enough for the best rate, and no answer waits for more than this to be written first. */
    private static final long GROUP_BYTES = 8L << 20;

    private static final Duration FORCE_EVERY = Duration.ofMillis(SyncedGroups.FORCE_EVERY_MILLIS);

    private final RequestQueue queue;
    private final GroupStore groups;
    private final ActiveRuns active;
    private final RequestWriters writers;
    private final GroupSyncer syncer;
    private final InstantSource clock;
    private long lastGroup;

    GroupWriter(
            RequestQueue queue,
            GroupStore groups,
            ActiveRuns active,
            RequestWriters writers,
            GroupSyncer syncer,
            InstantSource clock) {
        this.queue = queue;
        this.groups = groups;
        this.active = active;
        this.writers = writers;
        this.syncer = syncer;
        this.clock = clock;
        this.lastGroup = syncer.syncedGroup();
    }

    @Override
    public void run() {
        try {
            for (List<LogRequest> requests = next(); !requests.isEmpty(); requests = next()) {
                writeAll(requests);
            }
        } catch (InterruptedException nobodyShould) {
            Thread.currentThread().interrupt();
        } finally {
            syncer.finish();
        }
    }

    /** What the last group's note still waits for comes to pass, also when nothing else does. */
    private List<LogRequest> next() throws InterruptedException {
        while (syncer.needsForce() && !queue.await(FORCE_EVERY)) {
            syncer.forceIfDue();
        }
        return queue.take(GROUP_BYTES);
    }

    /** Whatever goes wrong beside a write, for want of memory say, nobody must wait for this thread in vain. */
    private void writeAll(List<LogRequest> requests) {
        try {
            PeekingIterator<LogRequest> left = Iterators.peekingIterator(requests.iterator());
            while (left.hasNext()) {
                writeGroup(left);
            }
        } catch (RuntimeException | Error unexpected) {
            String problem = "the event log could not go on; restart to recover it";
            syncer.halt(problem, unexpected);
            requests.forEach(request -> syncer.refuse(request, LogHealth.storageUnavailable(problem)));
        }
    }

    private void writeGroup(PeekingIterator<LogRequest> left) {
        List<LogRequest> begun = new ArrayList<>();
        try (GroupBuilder group = new GroupBuilder()) {
            try {
                do {
                    LogRequest request = left.next();
                    begun.add(request);
                    if (!put(request, group)) {
                        begun.remove(begun.size() - 1);
                    }
                } while (left.hasNext()
                        && !active.overfull()
                        && !group.complete()
                        && (begun.isEmpty() || !beginsGroup(left.peek())));
                if (!begun.isEmpty()) {
                    pass(write(group), left.hasNext() || queue.hasNext());
                }
            } catch (RocksDBException | RuntimeException | Error failure) {
                undo(group, begun, failure);
            }
        }
        active.trim(syncer.syncedGroup());
    }

    /** A lone group is synced here; with more behind it the next is built while it is synced. */
    private void pass(WrittenGroup group, boolean moreBehind) {
        if (moreBehind) {
            syncer.add(group);
        } else {
            syncer.settleOrAdd(group);
        }
    }

    /** Puts a request into the group; false when nothing of it is to be stored, and it is answered by now. */
    private boolean put(LogRequest request, GroupBuilder group) throws RocksDBException {
        if (request instanceof AppendRequest append) {
            return putOrRefuse(append, group);
        }
        if (request instanceof HoldRequest hold) {
            return putOrSettle(hold, group);
        }
        if (request instanceof ChangeRequest change) {
            writers.changes().apply(change, group, clock.millis());
        } else {
            writers.notes().apply((NoteRequest) request, group);
        }
        return true;
    }

    private boolean putOrRefuse(AppendRequest append, GroupBuilder group) throws RocksDBException {
        boolean room = writers.appends().apply(append, group);
        if (!room) {
            syncer.refuse(append, tooManyEvents());
        }
        return room;
    }

    /** A forward waits for this: where there is nothing to store it is answered here, without the syncing thread. */
    private boolean putOrSettle(HoldRequest hold, GroupBuilder group) throws RocksDBException {
        boolean settled = writers.holds().apply(hold, group, clock.millis());
        if (settled) {
            if (syncer.isHalted()) {
                throw LogHealth.storageUnavailable("the event log is halted");
            }
            queue.answered(hold);
            hold.answer().complete(Optional.empty());
        }
        return !settled;
    }

    private boolean beginsGroup(LogRequest next) throws RocksDBException {
        return next instanceof HoldRequest hold && writers.holds().beginsGroup(hold);
    }

    private static FederationException tooManyEvents() {
        return new FederationException(ErrorCode.QUOTA_EXCEEDED, "a run holds as many events as can be kept apart")
                .retryable(false);
    }

    private WrittenGroup write(GroupBuilder group) throws RocksDBException {
        if (syncer.isHalted()) {
            throw LogHealth.storageUnavailable("the event log is halted");
        }
        if (!group.changesAnything()) {
            return group.withoutChange();
        }
        group.runs().forEach(run -> active.grew(run.pending().size()));
        WrittenGroup written = group.seal(lastGroup + 1, writers.records(), clock.millis());
        groups.write(group.batch());
        lastGroup++;
        return written;
    }

    /** Fails the group's requests and forgets what memory knows of its runs, or a retry would meet itself as duplicate. */
    private void undo(GroupBuilder group, List<LogRequest> requests, Throwable failure) {
        LOG.error("event log write failed requests={}", requests.size(), failure);
        syncer.awaitSynced(lastGroup);
        if (!syncer.isHalted()) { // else their marks are all that keeps readers from what is not durable
            active.drop(group.runs());
        }
        requests.forEach(
                request -> syncer.refuse(request, LogHealth.storageUnavailable("the event log could not be written")));
    }
}
