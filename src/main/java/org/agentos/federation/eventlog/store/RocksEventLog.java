package org.agentos.federation.eventlog.store;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.CursorKeys;
import org.agentos.federation.eventlog.EventFeed;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.EventLogOpenException;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.LogPage;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.Replaced;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;
import org.agentos.federation.eventlog.Source;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.settings.EventLogSettings;
import org.agentos.federation.settings.RetentionSettings;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event log on RocksDB: one record per appended batch, one writing and one syncing thread. docs/log-format.md gives
 * the format, the limits and the crash argument of each operation.
 *
 * <p>A run that would alone hold more than {@code dedupeEntries} events is refused more with {@code quota_exceeded}.
 */
public final class RocksEventLog implements EventLog {
    private static final Logger LOG = LoggerFactory.getLogger(RocksEventLog.class);

    private final OpenedLog files;
    private final ActiveRuns active;
    private final DurableRuns durable;
    private final RequestQueue queue;
    private final LogRequests requests;
    private final Watchers watchers = new Watchers();
    private final Removed removed = new Removed();
    private final LogHealth health;
    private final EventFeed feed;
    private final SubscriptionStore subscriptions;
    private final GroupSyncer syncer;
    private final InstantSource clock;
    private final Thread writing;
    private final Thread syncing;

    private RocksEventLog(
            EventLogSettings settings, OpenedLog files, InstantSource clock, UnaryOperator<GroupStore> faults)
            throws RocksDBException {
        this.files = files;
        this.clock = clock;
        LogStore store = files.store();
        LogReader reader = new LogReader(store);
        NamedHolders named = new NamedHolders();
        this.active = new ActiveRuns(new RunLoader(reader, named), settings.dedupeEntries());
        this.durable = new DurableRuns(active, reader);

        this.queue = new RequestQueue(settings.queuedBytes());
        this.health = new LogHealth(clock, settings.diskReserveBytes(), files.directory()::usableBytes);
        this.requests = new LogRequests(queue, health, files.identity());
        this.subscriptions = new SubscriptionStore(store, requests::note, health::problem);

        FeedWriter feedWriter = new FeedWriter(store);
        FeedEnd feedEnd = new FeedEnd(feedWriter.last());
        this.feed = new RocksEventFeed(store, feedEnd);

        GroupStore groups = faults.apply(new SparedDisk(store, files.directory()::usableBytes, health::lookAnew));
        LiveTail tail = new LiveTail(settings.tailBytes());
        this.syncer =
                new GroupSyncer(groups, files.syncedGroups(), queue, tail, watchers, feedEnd, health, files.group());
        RequestWriters writers = RequestWriters.of(store, reader, active, named, feedWriter, removed, clock);
        this.writing = new Thread(new GroupWriter(queue, groups, active, writers, syncer, clock), "event-log-writer");
        this.syncing = new Thread(syncer, "event-log-syncer");
    }

    /**
     * Opens or creates the log in the settings' directory and recovers what a crash left.
     *
     * @throws EventLogOpenException when the directory is unusable or in use, the format is foreign, or acknowledged
     *     groups are missing and the settings do not accept that
     */
    public static RocksEventLog open(EventLogSettings settings, InstantSource clock, SecureRandom random) {
        return open(settings, clock, random, UnaryOperator.identity());
    }

    /** As above, with something put between the log's threads and the store: how tests make disks fail. */
    static RocksEventLog open(
            EventLogSettings settings, InstantSource clock, SecureRandom random, UnaryOperator<GroupStore> faults) {
        RocksEventLog log = around(OpenedLog.open(settings, clock, random), settings, clock, faults);
        log.writing.start();
        log.syncing.start();
        LOG.info("event log open path={} groups={}", settings.directory(), log.files.group());
        return log;
    }

    private static RocksEventLog around(
            OpenedLog files, EventLogSettings settings, InstantSource clock, UnaryOperator<GroupStore> faults) {
        try {
            return new RocksEventLog(settings, files, clock, faults);
        } catch (RocksDBException unreadable) {
            closeQuietly(files);
            throw new EventLogOpenException("event log " + settings.directory() + " cannot be read", unreadable);
        }
    }

    private static void closeQuietly(OpenedLog files) {
        try {
            files.close();
        } catch (IOException unfinished) {
            LOG.warn("event log side file not closed path={}", files.directory().path(), unfinished);
        }
    }

    @Override
    public CompletionStage<List<Verdict>> append(Source source, List<IncomingEvent> events) {
        return requests.append(source, events);
    }

    @Override
    public CompletionStage<Void> delete(RunKey run) {
        return requests.delete(run);
    }

    @Override
    public CompletionStage<Optional<Replaced>> hold(RunKey run, String holder) {
        return requests.hold(run, holder);
    }

    /**
     * Looks through all runs once and gives those to the peer they were forwarded to whose log another one holds. Waits
     * until that is on disk.
     *
     * @param forwardedTo the peer of a run's forward
     * @throws EventLogOpenException when it could not be done
     */
    public void reviewHolders(Function<RunKey, Optional<String>> forwardedTo) {
        new HolderReview(this, new LogReader(files.store())).review(forwardedTo);
    }

    /** See {@link LogRequests#change}. */
    CompletionStage<Integer> change(List<LogChange> changes) {
        return requests.change(changes);
    }

    /** The events of all runs in one order. */
    public EventFeed feed() {
        return feed;
    }

    /** Where subscriptions keep how far they are. */
    public SubscriptionStore subscriptions() {
        return subscriptions;
    }

    /** What applies retention windows to this log; to be closed before the log is. */
    public Retention retention(RetentionSettings windows, InstantSource clock) {
        return new Retention(this, files.store(), windows, clock);
    }

    /** What retention and deletions have taken out since the log was opened. */
    public Removed removed() {
        return removed;
    }

    @Override
    public boolean probablyHolds(RunKey run, String eventId) {
        return active.find(run)
                .map(state -> state.ids().holds(files.identity().hash(eventId)))
                .orElse(false);
    }

    @Override
    public long lastSequenceHint(RunKey run) {
        return active.find(run).map(state -> state.last().sequence()).orElse(0L);
    }

    @Override
    public Optional<RunLog> find(RunKey run) {
        return durable.find(run);
    }

    @Override
    public LogPage read(RunKey run, Position after, int maxEvents, int maxBytes) {
        return durable.read(run, after, maxEvents, maxBytes);
    }

    @Override
    public Cursor cursorAt(RunLog log, Position position) {
        return durable.cursorAt(log, position);
    }

    @Override
    public Optional<LogPage> tail(RunKey run, Position after) {
        return durable.tail(run, after);
    }

    @Override
    public Watch watch(RunKey run, Runnable moved) {
        return watchers.add(run, moved);
    }

    @Override
    public long epoch() {
        return files.identity().epoch();
    }

    @Override
    public CursorKeys cursorKeys() {
        return files.identity().cursorKeys();
    }

    /**
     * Gives the log a new cursor key. It is on disk when this returns and signs from then on; older keys still verify.
     * Waits for its turn among the appends.
     *
     * @param revokeOld whether the older keys are forgotten, so that every cursor given so far is refused
     * @return the keys there are now
     * @throws FederationException {@code storage_unavailable}, {@code unavailable}, and the keys are as they were
     */
    public CursorKeys rotateCursorKey(boolean revokeOld) {
        try {
            return files.identity().rotateCursorKey(revokeOld, key -> requests.note(List.of(key)));
        } catch (CompletionException notStored) {
            throw FederationException.in(notStored).orElseThrow(() -> notStored);
        }
    }

    /** Whether a directory holds an event log, whatever its state. */
    public static boolean existsIn(Path directory) {
        return LogDirectory.holdsLog(directory);
    }

    /**
     * Copies the log, while it is written to, into a directory that does not exist: what
     * {@link LogCopy#adopt} makes a log of again. All that was acknowledged before the call is in it. Nothing is
     * forced to the disk but what the engine forces.
     *
     * @throws IOException also when the disk is full; what was copied so far stays
     * @throws FederationException {@code unavailable} when the log is closed
     */
    public LogCopy copyTo(Path directory) throws IOException {
        long group = syncer.syncedGroup();
        Files.createDirectories(directory);
        try {
            files.store().copyTo(LogDirectory.databaseIn(directory));
        } catch (RocksDBException failed) {
            throw new IOException("the event log cannot be copied: " + failed.getMessage(), failed);
        }
        try (SyncedGroups copied = SyncedGroups.open(LogDirectory.syncedGroupsIn(directory), clock)) {
            copied.reset(group);
        }
        return new LogCopy(epoch(), group);
    }

    @Override
    public Optional<String> problem() {
        return health.problem();
    }

    @Override
    public void close() {
        queue.close();
        Uninterruptibles.joinUninterruptibly(writing);
        Uninterruptibles.joinUninterruptibly(syncing);
        closeQuietly(files);
    }
}
