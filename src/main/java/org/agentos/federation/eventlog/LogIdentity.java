package org.agentos.federation.eventlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** What makes one event log different from every other: drawn when it is first opened, kept in {@code meta}. */
final class LogIdentity {
    private static final long FORMAT = 1;
    private static final int HASH_SECRET_BYTES = 16;
    private static final int CURSOR_KEY_BYTES = 32;

    private final SipHash idHash;
    private final byte[] cursorKey;
    private final long epoch;

    private LogIdentity(byte[] hashSecret, byte[] cursorKey, long epoch) {
        ByteBuffer secret = ByteBuffer.wrap(hashSecret);
        this.idHash = new SipHash(secret.getLong(), secret.getLong());
        this.cursorKey = cursorKey;
        this.epoch = epoch;
    }

    static LogIdentity loadOrCreate(LogStore store, Path path, SecureRandom random) throws RocksDBException {
        byte[] format = store.get(Family.META, MetaKeys.FORMAT);
        if (format == null) {
            create(store, random);
        } else if (ByteBuffer.wrap(format).getLong() != FORMAT) {
            throw new EventLogOpenException("event log " + path + " has format version "
                    + ByteBuffer.wrap(format).getLong() + ", this program reads version " + FORMAT);
        }
        return new LogIdentity(
                store.get(Family.META, MetaKeys.HASH_SECRET),
                store.get(Family.META, MetaKeys.CURSOR_KEY),
                ByteBuffer.wrap(store.get(Family.META, MetaKeys.EPOCH)).getLong());
    }

    private static void create(LogStore store, SecureRandom random) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            batch.put(store.handle(Family.META), MetaKeys.HASH_SECRET, drawn(random, HASH_SECRET_BYTES));
            batch.put(store.handle(Family.META), MetaKeys.CURSOR_KEY, drawn(random, CURSOR_KEY_BYTES));
            batch.put(store.handle(Family.META), MetaKeys.EPOCH, drawn(random, Long.BYTES));
            batch.put(store.handle(Family.META), MetaKeys.FORMAT, KeyCodec.number(FORMAT));
            store.write(batch);
        }
        store.sync();
    }

    /** Disowns all positions and cursors given out so far: some of them name events that are lost. */
    static void renewEpoch(LogStore store, SecureRandom random) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            batch.put(store.handle(Family.META), MetaKeys.EPOCH, drawn(random, Long.BYTES));
            store.write(batch);
        }
        store.sync();
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

    byte[] cursorKey() {
        return cursorKey.clone();
    }

    long epoch() {
        return epoch;
    }
}
