package org.agentos.federation.eventlog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.hash.HashFunction;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Makes and reads cursors: the opaque text form of a {@link Cursor}, bound to tenant, run and log epoch.
 *
 * <p>Every run has a tag key of its own, derived from the secret, so a cursor of one run or tenant is noise to another
 * and the runs need not stand in the text. Thread-safe.
 */
public final class CursorCodec {
    /** Runs whose codec is kept; making one costs an HMAC, which is more than the cursor itself. */
    private static final int KEPT_RUNS = 10_000;

    private static final String PURPOSE = "agentos-federation-cursor";

    private final HashFunction keyed;
    private final long epoch;
    private final Cache<RunKey, RunCursors> kept =
            Caffeine.newBuilder().maximumSize(KEPT_RUNS).executor(Runnable::run).build();

    /**
     * A codec for one log.
     *
     * @param key the log's {@link EventLog#cursorKey}
     * @param epoch the log's {@link EventLog#epoch}
     */
    public CursorCodec(byte[] key, long epoch) {
        this.keyed = Hashing.hmacSha256(key);
        this.epoch = epoch;
    }

    /** The codec of one run. */
    public RunCursors forRun(RunKey run) {
        return kept.get(run, this::derive);
    }

    private RunCursors derive(RunKey run) {
        Hasher hmac = keyed.newHasher();
        put(hmac, PURPOSE);
        put(hmac, run.tenantId());
        put(hmac, run.runId());
        ByteBuffer derived = ByteBuffer.wrap(hmac.hash().asBytes()).order(ByteOrder.BIG_ENDIAN);
        return new RunCursors(new SipHash(derived.getLong(), derived.getLong()), epoch);
    }

    public String encode(RunKey run, Position position, int idHash) {
        return forRun(run).encode(new Cursor(position, idHash));
    }

    /**
     * The place a cursor of this run names.
     *
     * @throws org.agentos.federation.error.FederationException {@code invalid_cursor} for one this gateway did not make
     *     for this run, {@code cursor_expired} for one of another epoch
     */
    public Cursor decode(RunKey run, String text) {
        return forRun(run).decode(text);
    }

    /** With its length before it, so that no two pairs of ids are fed as the same bytes. */
    private static void put(Hasher hmac, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        hmac.putInt(bytes.length).putBytes(bytes);
    }
}
