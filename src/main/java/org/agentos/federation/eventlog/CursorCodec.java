package org.agentos.federation.eventlog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.function.Supplier;

/**
 * Makes and reads cursors: the opaque text form of a {@link Cursor}, bound to tenant, run and log epoch.
 *
 * <p>Every run has a tag key of its own, derived from the secret, so a cursor of one run or tenant is noise to another
 * and the runs need not stand in the text. Thread-safe.
 */
public final class CursorCodec {
    /** Runs whose codec is kept; making one costs an HMAC, which is more than the cursor itself. */
    private static final int KEPT_RUNS = 10_000;

    private final Supplier<CursorKeys> keys;
    private final long epoch;
    private final Cache<RunKey, RunCursors> kept =
            Caffeine.newBuilder().maximumSize(KEPT_RUNS).executor(Runnable::run).build();

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

    /** The codec of one run. */
    public RunCursors forRun(RunKey run) {
        return kept.get(run, key -> new RunCursors(key, keys, epoch));
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
