package org.agentos.federation.eventlog.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.agentos.federation.eventlog.CursorKeys;
import org.agentos.federation.eventlog.EventLogOpenException;
import org.agentos.federation.eventlog.SipHash;
import org.agentos.federation.eventlog.store.NoteRequest.Note;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** What makes one event log different from every other: drawn when it is first opened, kept in {@code meta}. */
final class LogIdentity {
    /** Raised when an older program could not read what this one writes. */
    private static final long FORMAT = 4;

    private static final long OLDEST_READ = 1;
    private static final int HASH_SECRET_BYTES = 16;

    private final SipHash idHash;
    private final SecureRandom random;
    private final long epoch;
    private volatile CursorKeys cursorKeys;

    private LogIdentity(byte[] hashSecret, CursorKeys cursorKeys, long epoch, SecureRandom random) {
        ByteBuffer secret = ByteBuffer.wrap(hashSecret);
        this.idHash = new SipHash(secret.getLong(), secret.getLong());
        this.cursorKeys = cursorKeys;
        this.epoch = epoch;
        this.random = random;
    }

    static LogIdentity loadOrCreate(LogStore store, Path path, SecureRandom random) throws RocksDBException {
        byte[] format = store.get(Family.META, MetaKeys.FORMAT);
        if (format == null) {
            create(store, random);
        } else {
            raiseFormat(store, path, ByteBuffer.wrap(format).getLong());
        }
        return new LogIdentity(
                store.get(Family.META, MetaKeys.HASH_SECRET),
                CursorKeys.decode(store.get(Family.META, MetaKeys.CURSOR_KEY)),
                ByteBuffer.wrap(store.get(Family.META, MetaKeys.EPOCH)).getLong(),
                random);
    }

    /** Before anything of the newer format is written, so that an older program refuses the log as a whole. */
    private static void raiseFormat(LogStore store, Path path, long stored) throws RocksDBException {
        if (stored < OLDEST_READ || stored > FORMAT) {
            throw new EventLogOpenException("event log " + path + " has format version " + stored
                    + ", this program reads versions " + OLDEST_READ + " to " + FORMAT);
        }
        if (stored < FORMAT) {
            new FeedMigration(store, FeedMigration.STEP).build(); // whole before the log says that it has one
            try (WriteBatch batch = new WriteBatch()) {
                batch.put(store.handle(Family.META), MetaKeys.FORMAT, KeyCodec.number(FORMAT));
                store.writeDurably(batch);
            }
        }
    }

    private static void create(LogStore store, SecureRandom random) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            batch.put(store.handle(Family.META), MetaKeys.HASH_SECRET, drawn(random, HASH_SECRET_BYTES));
            batch.put(store.handle(Family.META), MetaKeys.CURSOR_KEY, drawn(random, CursorKeys.KEY_BYTES));
            batch.put(store.handle(Family.META), MetaKeys.EPOCH, drawn(random, Long.BYTES));
            batch.put(store.handle(Family.META), MetaKeys.FORMAT, KeyCodec.number(FORMAT));
            store.writeDurably(batch);
        }
    }

    /** Disowns all positions and cursors given out so far: some of them name events that are lost. */
    static long renewEpoch(LogStore store, SecureRandom random) throws RocksDBException {
        byte[] epoch = drawn(random, Long.BYTES);
        try (WriteBatch batch = new WriteBatch()) {
            batch.put(store.handle(Family.META), MetaKeys.EPOCH, epoch);
            store.writeDurably(batch);
        }
        return ByteBuffer.wrap(epoch).getLong();
    }

    /**
     * Draws a new cursor key; it signs as soon as it is on disk. See {@link CursorKeys#rotated}.
     *
     * @param stored has a note made in the log; its stage completes once that is on disk
     * @throws CompletionException when it could not be stored; the keys are as they were
     */
    synchronized CursorKeys rotateCursorKey(boolean revokeOld, Function<Note, CompletionStage<Void>> stored) {
        CursorKeys rotated = cursorKeys.rotated(drawn(random, CursorKeys.KEY_BYTES), revokeOld);
        stored.apply(new NoteRequest.Put(Family.META, MetaKeys.CURSOR_KEY, rotated.encode()))
                .toCompletableFuture()
                .join();
        cursorKeys = rotated;
        return rotated;
    }

    private static byte[] drawn(SecureRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** The keyed hash of an event_id: a peer that chooses its ids cannot make them collide. */
    long hash(String eventId) {
        byte[] bytes = eventId.getBytes(StandardCharsets.UTF_8);
        return idHash.hash(bytes, bytes.length);
    }

    CursorKeys cursorKeys() {
        return cursorKeys;
    }

    long epoch() {
        return epoch;
    }
}
