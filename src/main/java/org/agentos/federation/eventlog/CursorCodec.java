package org.agentos.federation.eventlog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes and reads cursors: the opaque text form of a {@link Cursor}, bound to tenant, run, log epoch and generation of the
 * run's log.
 *
 * <p>Every run has a tag key of its own, derived from the secret, so a cursor of one run or tenant is noise to another
 * and the runs need not stand in the text. Thread-safe.
 */
public final class CursorCodec {
    /** Runs whose codec is kept; making one costs an HMAC, which is more than the cursor itself. */
    private static final int KEPT_RUNS = 10_000;

    /** Odd, so that no two generations have one epoch. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final Supplier<CursorKeys> keys;
    private final long epoch;
    private final Cache<Log, RunCursors> kept =
            Caffeine.newBuilder().maximumSize(KEPT_RUNS).executor(Runnable::run).build();

    private record Log(RunKey run, long generation) {}

    /**
     * A codec for one log.
     *
     * @param keys the log's {@link EventLog#cursorKeys}, asked for each cursor, so that a rotation holds at once
     * @param epoch the log's {@link EventLog#epoch}
     */
    public CursorCodec(Supplier<CursorKeys> keys, long epoch) {
        this.keys = keys;
        this.epoch = epoch;
    }

    /** The codec of a log's runs. */
    public static CursorCodec of(EventLog log) {
        return new CursorCodec(log::cursorKeys, log.epoch());
    }

    /** The codec of a run's first log. */
    public RunCursors forRun(RunKey run) {
        return forRun(run, 0);
    }

    /** The codec of one of a run's logs, by its {@link RunLog#generation}. */
    public RunCursors forRun(RunKey run, long generation) {
        return kept.get(new Log(run, generation), log -> new RunCursors(log.run(), keys, epochOf(log.generation())));
    }

    /** The codec of a run's log as it was found; of the first one when there is none yet. */
    public RunCursors forLog(RunKey run, Optional<RunLog> log) {
        return forRun(run, log.map(RunLog::generation).orElse(0L));
    }

    /** One epoch for each generation, spread over all there are: the next log's epoch is not the neighbour of this one's. */
    private long epochOf(long generation) {
        return epoch + generation * SPREAD;
    }

    public String encode(RunKey run, Position position, int idHash) {
        return forRun(run).encode(new Cursor(position, idHash));
    }

    /**
     * The place a cursor of this run names.
     *
     * @throws org.agentos.federation.error.FederationException {@code invalid_cursor} for one this gateway did not make
     *     for this run or whose key is gone, {@code cursor_expired} for one of another epoch
     */
    public Cursor decode(RunKey run, String text) {
        return forRun(run).decode(text);
    }
}
