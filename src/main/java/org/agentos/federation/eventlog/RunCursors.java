package org.agentos.federation.eventlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Supplier;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;

/**
 * The cursors of one run. A cursor is base64url text over: version, key id, epoch, sequence, unsequenced count, id hash,
 * and a SipHash-2-4 tag over all of it. Every cursor has the same length, so frames can be sized beforehand.
 * Thread-safe.
 */
public final class RunCursors {
    /** Characters of a cursor of this version. */
    public static final int LENGTH = 46;

    private static final byte VERSION = 1;

    private static final int TAGGED = 2 + Long.BYTES + Long.BYTES + Integer.BYTES + Integer.BYTES;
    private static final int BYTES = TAGGED + Long.BYTES;
    private static final Base64.Encoder TO_TEXT = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder FROM_TEXT = Base64.getUrlDecoder();

    private final RunKey run;
    private final Supplier<CursorKeys> keys;
    private final long epoch;
    private volatile CursorTags derived;

    RunCursors(RunKey run, Supplier<CursorKeys> keys, long epoch) {
        this.run = run;
        this.keys = keys;
        this.epoch = epoch;
        this.derived = new CursorTags(run, keys.get());
    }

    /** Derived anew after a rotation: a stream that was open before it signs with the new key too. */
    private CursorTags tags() {
        CursorTags tags = derived;
        CursorKeys now = keys.get();
        if (tags.keys() != now) {
            tags = new CursorTags(run, now);
            derived = tags;
        }
        return tags;
    }

    /** The id of the key that makes cursors now; another one after each rotation. */
    public byte keyId() {
        return tags().newestId();
    }

    /** As text. A place that names no event could mislead in a log put back to an earlier state: it becomes the start. */
    public String encode(Cursor cursor) {
        byte[] text = new byte[LENGTH];
        encode(cursor.position(), cursor.idHash(), text);
        return new String(text, StandardCharsets.US_ASCII);
    }

    /** Writes the text as ASCII into the first {@link #LENGTH} bytes of an array. */
    public void encode(Position position, int idHash, byte[] into) {
        Position named = idHash == Cursor.NO_EVENT ? Position.START : position;
        CursorTags tags = tags();
        byte[] raw = new byte[BYTES];
        ByteBuffer.wrap(raw)
                .put(VERSION)
                .put(tags.newestId())
                .putLong(epoch)
                .putLong(named.sequence())
                .putInt(named.unsequenced())
                .putInt(idHash)
                .putLong(tags.newest().hash(raw, TAGGED));
        TO_TEXT.encode(raw, into);
    }

    /**
     * The place a cursor of this run names.
     *
     * @throws FederationException {@code invalid_cursor} for one this gateway did not make for this run or whose
     *     key is gone, {@code cursor_expired} for one of another epoch
     */
    public Cursor decode(String text) {
        byte[] raw = rawBytes(text);
        ByteBuffer fields = ByteBuffer.wrap(raw);
        if (fields.get() != VERSION || !isSigned(fields.get(), fields.getLong(TAGGED), raw)) {
            throw invalid();
        }
        if (fields.getLong() != epoch) {
            throw new FederationException(
                    ErrorCode.CURSOR_EXPIRED, "the cursor was made before this log was restored or replaced");
        }
        return new Cursor(new Position(fields.getLong(), fields.getInt()), fields.getInt());
    }

    private boolean isSigned(byte keyId, long tag, byte[] raw) {
        return tags().of(keyId).filter(key -> key.hash(raw, TAGGED) == tag).isPresent();
    }

    /** Text of any other length is refused unread, however long. */
    private static byte[] rawBytes(String text) {
        if (text.length() != LENGTH) {
            throw invalid();
        }
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        byte[] raw = new byte[BYTES];
        try {
            FROM_TEXT.decode(ascii, raw);
        } catch (IllegalArgumentException noBase64) {
            throw invalid();
        }
        // The last character has spare bits: only the text that encoding gives is the cursor.
        if (!Arrays.equals(TO_TEXT.encode(raw), ascii)) {
            throw invalid();
        }
        return raw;
    }

    private static FederationException invalid() {
        return new FederationException(ErrorCode.INVALID_CURSOR, "the cursor is not one that was given for this run");
    }
}
