package org.agentos.federation.eventlog.store;

import java.util.List;
import java.util.Optional;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.LogPage;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What readers get of runs, and no more than is durable: from memory where a run is active, else from the disk. */
final class DurableRuns {
    private static final Logger LOG = LoggerFactory.getLogger(DurableRuns.class);

    private final ActiveRuns active;
    private final LogReader reader;

    DurableRuns(ActiveRuns active, LogReader reader) {
        this.active = active;
        this.reader = reader;
    }

    /**
     * {@link EventLog#find}.
     *
     * <p>A run that is active after the disk was read may have been written to meanwhile: then its own mark counts. One
     * that is not active then has left memory synced, or was never in it: then all that was read is durable.
     */
    Optional<RunLog> find(RunKey run) {
        Optional<RunState> before = active.find(run);
        if (before.isPresent()) {
            return before.get().durable();
        }
        try {
            Optional<RunLog> onDisk = reader.log(run);
            Optional<RunState> after = active.find(run);
            return after.isPresent() ? after.get().durable() : onDisk;
        } catch (RocksDBException unreadable) {
            throw unreadable(run, unreadable);
        }
    }

    /** {@link EventLog#read}. */
    LogPage read(RunKey run, Position after, int maxEvents, int maxBytes) {
        Optional<RunLog> log = find(run);
        if (log.isEmpty() || !log.get().latest().isAfter(after)) {
            return new LogPage(List.of(), false);
        }
        try {
            return reader.read(log.get(), after, maxEvents, maxBytes);
        } catch (RocksDBException unreadable) {
            throw unreadable(run, unreadable);
        }
    }

    /** {@link EventLog#cursorAt}. */
    Cursor cursorAt(RunLog log, Position position) {
        try {
            return reader.cursorAt(log.runNumber(), position);
        } catch (RocksDBException unreadable) {
            throw unreadable(log.run(), unreadable);
        }
    }

    /** {@link EventLog#tail}. */
    Optional<LogPage> tail(RunKey run, Position after) {
        Optional<RunState> found = active.find(run);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        RunState state = found.get();
        if (state.deleted()) {
            return Optional.empty();
        }
        Position durable = state.durable().map(RunLog::latest).orElse(Position.START);
        return durable.isAfter(after) ? state.tail().after(after) : Optional.of(new LogPage(List.of(), false));
    }

    private static FederationException unreadable(RunKey run, RocksDBException cause) {
        LOG.error("event log read failed runId={}", run.runId(), cause);
        return LogHealth.storageUnavailable("the event log could not be read");
    }
}
