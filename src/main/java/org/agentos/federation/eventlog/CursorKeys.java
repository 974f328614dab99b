package org.agentos.federation.eventlog;

import com.google.common.hash.Hashing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The secrets with which cursors are made, newest first: the first signs, all verify. A cursor names its key by an id of
 * one byte. Immutable.
 *
 * <p>As stored: the 32 bytes of one key with id 0, which is what a log begins with; or, once rotated,
 *
 * <pre>
 * format     1 byte, 1
 * keys       1..{@value #MAX_KEPT} times 1 byte id and 32 bytes, newest first
 * </pre>
 */
public final class CursorKeys {
    /** Keys of one log at a time. The oldest leaves for a newer one, and the cursors it made are refused from then on. */
    public static final int MAX_KEPT = 4;

    /** Of a secret. */
    public static final int KEY_BYTES = 32;

    private static final byte FORMAT = 1;
    private static final int ENTRY_BYTES = 1 + KEY_BYTES;
    private static final int IDS = 256;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Key(int id, byte[] secret) {}

    private final List<Key> newestFirst;

    private CursorKeys(List<Key> newestFirst) {
        this.newestFirst = List.copyOf(newestFirst);
    }

    /** One key, as a new log has it. */
    public static CursorKeys of(byte[] secret) {
        return new CursorKeys(List.of(new Key(0, secret.clone())));
    }

    /**
     * Keys as they are stored.
     *
     * @throws EventLogOpenException for what is not as {@link #encode} gives it
     */
    public static CursorKeys decode(byte[] stored) {
        if (stored.length == KEY_BYTES) {
            return of(stored);
        }
        boolean whole = stored.length > 1 && stored[0] == FORMAT && (stored.length - 1) % ENTRY_BYTES == 0;
        if (!whole) {
            throw new EventLogOpenException("the event log's cursor keys are not of a format this program reads");
        }
        List<Key> keys = new ArrayList<>();
        for (ByteBuffer in = ByteBuffer.wrap(stored, 1, stored.length - 1); in.hasRemaining(); ) {
            int id = Byte.toUnsignedInt(in.get());
            byte[] secret = new byte[KEY_BYTES];
            in.get(secret);
            keys.add(new Key(id, secret));
        }
        return new CursorKeys(keys);
    }

    public byte[] encode() {
        ByteBuffer out =
                ByteBuffer.allocate(1 + newestFirst.size() * ENTRY_BYTES).put(FORMAT);
        newestFirst.forEach(key -> out.put((byte) key.id()).put(key.secret()));
        return out.array();
    }

    /**
     * These keys after a rotation.
     *
     * @param secret the key that signs from now on, under the next id
     * @param revokeOld whether all the keys there are leave, not just what is beyond {@link #MAX_KEPT}
     */
    public CursorKeys rotated(byte[] secret, boolean revokeOld) {
        List<Key> keys = new ArrayList<>();
        keys.add(new Key((newest().id() + 1) % IDS, secret.clone()));
        if (!revokeOld) {
            keys.addAll(newestFirst.subList(0, Math.min(newestFirst.size(), MAX_KEPT - 1)));
        }
        return new CursorKeys(keys);
    }

    /** Keys of 256 bits for another purpose than cursors, one from each of these, newest first. */
    public List<byte[]> derive(String purpose) {
        return newestFirst.stream()
                .map(key -> Hashing.hmacSha256(key.secret())
                        .hashString(purpose, StandardCharsets.UTF_8)
                        .asBytes())
                .toList();
    }

    Key newest() {
        return newestFirst.get(0);
    }

    Optional<Key> find(int id) {
        return newestFirst.stream().filter(key -> key.id() == id).findFirst();
    }

    /** The id of the key that signs. */
    public int newestId() {
        return newest().id();
    }

    /** The keys that verify, the one that signs included. */
    public int count() {
        return newestFirst.size();
    }
}
