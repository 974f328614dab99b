package org.agentos.federation.eventlog.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.FeedPlace;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;

/**
 * An event that a subscription could not deliver, kept whole and with the reason, whatever becomes of the run's log. A value
 * of the column family {@code dead}, whose key is the subscription's name, 0x00 and the event's place in the feed.
 *
 * <pre>
 * format     1 byte, 1
 * died       8 bytes, milliseconds since 1970
 * attempts   4 bytes
 * position   8 + 4 bytes, the place in the run's log right after the event
 * run        4 bytes length, tenant, 0x00, run id (UTF-8)
 * reason     4 bytes length, UTF-8
 * envelope   the rest
 * </pre>
 *
 * @param attempts how often it was given to the route, redeliveries inside the route apart
 * @param reason why the last one failed; cut to {@link #MAX_REASON} characters
 */
public record DeadLetter(
        FeedPlace place,
        RunKey run,
        Position position,
        long diedMillis,
        int attempts,
        String reason,
        ByteSlice envelope) {
    /** A reason is for a person to read; what a sink answers may be a whole page. */
    public static final int MAX_REASON = 1000;

    private static final byte FORMAT = 1;
    private static final int FIXED_BYTES = 1 + Long.BYTES + Integer.BYTES + Long.BYTES + 3 * Integer.BYTES;

    public DeadLetter {
        reason = reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON);
    }

    byte[] encode() {
        byte[] key = KeyCodec.run(run);
        byte[] why = reason.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + key.length + why.length + envelope.length());
        out.put(FORMAT).putLong(diedMillis).putInt(attempts);
        out.putLong(position.sequence()).putInt(position.unsequenced());
        out.putInt(key.length).put(key).putInt(why.length).put(why);
        out.put(envelope.array(), envelope.offset(), envelope.length());
        return out.array();
    }

    static DeadLetter decode(FeedPlace place, byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        if (in.get() != FORMAT) {
            throw new IllegalStateException("a dead letter is not of format " + FORMAT);
        }
        long died = in.getLong();
        int attempts = in.getInt();
        Position position = new Position(in.getLong(), in.getInt());
        RunKey run = KeyCodec.runOf(taken(in));
        String reason = new String(taken(in), StandardCharsets.UTF_8);
        byte[] envelope = Arrays.copyOfRange(value, in.position(), value.length);
        return new DeadLetter(
                place, run, position, died, attempts, reason, new ByteSlice(envelope, 0, envelope.length));
    }

    private static byte[] taken(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return bytes;
    }
}
