package org.agentos.federation.eventlog.store;

import java.nio.ByteBuffer;
import org.agentos.federation.eventlog.Position;

/**
 * An entry of the column family {@code feed}: which record came next over all runs.
 *
 * <pre>
 * key    8 bytes, the offset: 1 or more, rising, seldom with a gap
 * value  8 bytes run number, 8 + 4 bytes LAST position of the record, 8 bytes stored
 * </pre>
 *
 * @param storedMillis since 1970; never less than in an earlier entry, nor than the time of the record itself
 */
record FeedEntry(long offset, long runNumber, Position last, long storedMillis) {
    private static final int VALUE_BYTES = Long.BYTES + Long.BYTES + Integer.BYTES + Long.BYTES;

    static FeedEntry decode(byte[] key, byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        return new FeedEntry(
                ByteBuffer.wrap(key).getLong(), in.getLong(), new Position(in.getLong(), in.getInt()), in.getLong());
    }

    byte[] key() {
        return KeyCodec.number(offset);
    }

    byte[] value() {
        return ByteBuffer.allocate(VALUE_BYTES)
                .putLong(runNumber)
                .putLong(last.sequence())
                .putInt(last.unsequenced())
                .putLong(storedMillis)
                .array();
    }

    byte[] recordKey() {
        return KeyCodec.record(runNumber, last);
    }
}
