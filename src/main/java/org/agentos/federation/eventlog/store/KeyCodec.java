package org.agentos.federation.eventlog.store;

import com.google.common.primitives.Bytes;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;

/** The keys of the column families; docs/log-format.md lists them. Integers are big-endian, so that bytes sort as numbers. */
final class KeyCodec {
    private static final int RECORD_KEY_BYTES = Long.BYTES + Long.BYTES + Integer.BYTES;

    private static final byte ASIDE = (byte) 0xFF;

    /** Greater than the key of any run's row: no UTF-8 begins with this byte. Logs that were set aside follow. */
    static final byte[] AFTER_RUNS = {ASIDE};

    /** Greater than the key of any log that was set aside. */
    static final byte[] AFTER_ASIDE = {ASIDE, ASIDE};

    private KeyCodec() {}

    /**
     * The key of a run's row: tenant, 0x00, run id.
     *
     * @throws IllegalArgumentException when an id holds a NUL or half a surrogate pair: two runs could share a key
     */
    static byte[] run(RunKey run) {
        byte[] tenant = utf8(run.tenantId());
        byte[] id = utf8(run.runId());
        return ByteBuffer.allocate(tenant.length + 1 + id.length)
                .put(tenant)
                .put((byte) 0)
                .put(id)
                .array();
    }

    /** The run whose row has this key. */
    static RunKey runOf(byte[] runKey) {
        int end = Bytes.indexOf(runKey, (byte) 0);
        return new RunKey(
                new String(runKey, 0, end, StandardCharsets.UTF_8),
                new String(runKey, end + 1, runKey.length - end - 1, StandardCharsets.UTF_8));
    }

    /** The key of a run's log that was set aside: 0xFF, the run's key, 0x00, the log's number. */
    static byte[] aside(RunKey run, long runNumber) {
        byte[] key = run(run);
        return ByteBuffer.allocate(1 + key.length + 1 + Long.BYTES)
                .put(ASIDE)
                .put(key)
                .put((byte) 0)
                .putLong(runNumber)
                .array();
    }

    /** The run of which this is the key of a log that was set aside. */
    static RunKey runOfAside(byte[] asideKey) {
        return runOf(Arrays.copyOfRange(asideKey, 1, asideKey.length - 1 - Long.BYTES));
    }

    private static byte[] utf8(String id) {
        if (id.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("an id holds a NUL character");
        }
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(id));
            byte[] exact = new byte[bytes.remaining()];
            bytes.get(exact);
            return exact;
        } catch (CharacterCodingException malformed) {
            throw new IllegalArgumentException("an id is not well-formed Unicode", malformed);
        }
    }

    /** The key of the record whose last event ends at the position. */
    static byte[] record(long runNumber, Position last) {
        return ByteBuffer.allocate(RECORD_KEY_BYTES)
                .putLong(runNumber)
                .putLong(last.sequence())
                .putInt(last.unsequenced())
                .array();
    }

    /** The least key of a record that holds anything after the position; as an upper bound, it shuts in all before. */
    static byte[] recordAfter(long runNumber, Position position) {
        return record(runNumber, new Position(position.sequence(), position.unsequenced() + 1));
    }

    /** The least key of a run's records. */
    static byte[] firstRecord(long runNumber) {
        return number(runNumber);
    }

    /** The key after all records of a run. */
    static byte[] afterRecords(long runNumber) {
        return number(runNumber + 1);
    }

    /** The number that a key begins with. */
    static long numberOf(byte[] key) {
        return ByteBuffer.wrap(key).getLong();
    }

    static Position lastOf(byte[] recordKey) {
        ByteBuffer key = ByteBuffer.wrap(recordKey, Long.BYTES, RECORD_KEY_BYTES - Long.BYTES);
        return new Position(key.getLong(), key.getInt());
    }

    /** The key of a run's n-th piece of evidence; the 0th is their count. */
    static byte[] evidence(long runNumber, int n) {
        return ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(runNumber)
                .putInt(n)
                .array();
    }

    /** The least key of what a subscription keeps apart: its name, 0x00; names hold no NUL. */
    static byte[] named(String subscription) {
        byte[] name = utf8(subscription);
        return Arrays.copyOf(name, name.length + 1);
    }

    /** The key after all that a subscription keeps apart. */
    static byte[] afterNamed(String subscription) {
        byte[] key = named(subscription);
        key[key.length - 1] = 1;
        return key;
    }

    /** The key of an event that a subscription has put apart. */
    static byte[] dead(String subscription, FeedPlace place) {
        byte[] name = named(subscription);
        return ByteBuffer.allocate(name.length + Long.BYTES + Integer.BYTES)
                .put(name)
                .putLong(place.offset())
                .putInt(place.index())
                .array();
    }

    /** The place in the feed that ends the key of an event put apart. */
    static FeedPlace placeOf(byte[] deadKey) {
        int at = deadKey.length - Long.BYTES - Integer.BYTES;
        ByteBuffer key = ByteBuffer.wrap(deadKey, at, Long.BYTES + Integer.BYTES);
        return new FeedPlace(key.getLong(), key.getInt());
    }

    static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }
}
