package org.agentos.federation.bench;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongConsumer;

/** Finds the times of sending in a stream of {@link StampedFrames}, however it is cut into pieces. Used by one thread. */
final class StampReader {
    private static final byte[] MARK = StampedFrames.MARK.getBytes(StandardCharsets.US_ASCII);
    private static final int STAMP = MARK.length + StampedFrames.DIGITS;

    private final LongConsumer sent;
    /** The end of the last piece, where a stamp may have begun. */
    private byte[] kept = new byte[0];

    /** {@code sent} is told the nanoseconds of each event. */
    StampReader(LongConsumer sent) {
        this.sent = sent;
    }

    void read(Buffer piece) {
        byte[] bytes = Buffer.buffer(kept.length + piece.length())
                .appendBytes(kept)
                .appendBuffer(piece)
                .getBytes();
        int i = 0;
        while (i + STAMP <= bytes.length) {
            if (Arrays.equals(bytes, i, i + MARK.length, MARK, 0, MARK.length)) {
                sent.accept(number(bytes, i + MARK.length));
                i += STAMP;
            } else {
                i++;
            }
        }
        kept = Arrays.copyOfRange(bytes, i, bytes.length);
    }

    private static long number(byte[] bytes, int at) {
        long number = 0;
        for (int i = at; i < at + StampedFrames.DIGITS; i++) {
            number = number * 10 + bytes[i] - '0';
        }
        return number;
    }
}
