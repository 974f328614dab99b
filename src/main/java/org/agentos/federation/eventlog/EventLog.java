package org.agentos.federation.eventlog;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The append-only event logs of all runs, exactly once and in order.
 *
 * <p>Promises. An append decides every event (duplicate, conflict, late or accepted) and stores the accepted ones in one
 * atomic step; its stage completes only when all it says is on disk, a duplicate's original included. Readers see
 * durable events only. Within one run sequences strictly rise and an event_id stands at most once, for as long as the
 * log exists. A run's oldest events may be taken out, whole runs too; a deleted one refuses its events. When storage fails the stage fails with {@code storage_unavailable}, nothing of the request is newly
 * visible, and sending it again is safe.
 *
 * <p>All methods may be called from any thread. {@link #append} and {@link #watch} never block on the disk; the others
 * may and do not belong on an event loop.
 */
public interface EventLog extends AutoCloseable {

    /**
     * Appends events in the given order, of any number of runs. The verdicts stand in the same order. The stage
     * completes on the log's own thread: continue on another one.
     *
     * @throws org.agentos.federation.error.FederationException {@code unavailable} (in the stage) when too much is queued
     */
    CompletionStage<List<Verdict>> append(Source source, List<IncomingEvent> events);

    /**
     * Deletes a run's log: its events, their ids and the evidence kept of it. It is empty from then on and its events are
     * {@code late}; also a run that has no events yet takes none any more, and deleting again changes nothing. The stage
     * completes on the log's own thread when that is on disk; readers may see the deletion a moment before.
     *
     * @throws org.agentos.federation.error.FederationException {@code storage_unavailable}, {@code unavailable} (in the
     *     stage); nothing is deleted then
     */
    CompletionStage<Void> delete(RunKey run);

    /**
     * Makes a run the one of the peer at which a forward has found it. Events that another peer, or nobody more than a
     * claim, brought before are set aside with their whole log: the run begins anew with an empty log of another
     * {@link RunLog#generation}. A log that the peer holds already stays as it is, and so does nothing of a run without
     * events. From then on events of every other peer are {@code forbidden}. The stage completes on the log's own thread
     * when that is on disk, with what was set aside; readers may see it a moment before.
     *
     * @throws org.agentos.federation.error.FederationException {@code storage_unavailable}, {@code unavailable} (in the
     *     stage); nothing has changed then
     */
    CompletionStage<Optional<Replaced>> hold(RunKey run, String holder);

    /** Whether the event_id is known to stand in the run's log. A hint: false may mean it is not in memory. */
    boolean probablyHolds(RunKey run, String eventId);

    /** The highest sequence known to stand in the run's log. A hint: 0 may mean the run is not in memory. */
    long lastSequenceHint(RunKey run);

    /** The run's log as it is durable now; empty if no event of it was ever stored and it was not deleted. */
    Optional<RunLog> find(RunKey run);

    /**
     * Reads durable events after a position. Reading from before the earliest kept event starts at that one.
     *
     * @param maxEvents 1 or more
     * @param maxBytes of envelopes; a single larger event is still returned
     */
    LogPage read(RunKey run, Position after, int maxEvents, int maxBytes);

    /**
     * The place right after the last event that stands at or before a position, be that event kept or trimmed;
     * {@link Cursor#START} when there is none.
     *
     * @param position not after the log's latest
     */
    Cursor cursorAt(RunLog log, Position position);

    /**
     * The next durable events after a position if they are held in memory: the live tail. Never touches the disk.
     *
     * @return empty when the tail does not reach back to the position; a page without events when there is nothing newer
     */
    Optional<LogPage> tail(RunKey run, Position after);

    /**
     * Calls back whenever the run's durable end has moved, on the log's own thread: the callback hands over and returns.
     * May be called for a run that has no events yet. Closing stops the calls.
     */
    Watch watch(RunKey run, Runnable moved);

    /** The log's identity: positions and cursors of one epoch mean nothing in another. */
    long epoch();

    /** The secrets with which cursors are made, kept with the data; another object after a rotation. */
    CursorKeys cursorKeys();

    /** Whether appends are taken at the moment; otherwise why not. */
    Optional<String> problem();

    /** Finishes what is queued, syncs and closes. */
    @Override
    void close();

    /** An open {@link EventLog#watch}. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
