package org.agentos.federation.eventlog;

import java.nio.ByteBuffer;

/**
 * A value of the column family {@code run}, written once when a run's first event is stored, and once more when the run
 * is deleted: the tombstone refuses its events from then on and says how far its log went.
 *
 * <pre>
 * format     1 byte, 1
 * state      1 byte, 0 = live, 1 = deleted
 * number     8 bytes
 * created    8 bytes, milliseconds since 1970
 * last       8 + 4 bytes, the last position; of a deleted run only
 * </pre>
 *
 * @param last {@link Position#START} of a live run, whose last position is the key of its last record
 */
record RunRow(long number, long createdMillis, boolean deleted, Position last) {
    private static final byte FORMAT = 1;
    private static final int LIVE_BYTES = 1 + 1 + Long.BYTES + Long.BYTES;
    private static final int DELETED_BYTES = LIVE_BYTES + Long.BYTES + Integer.BYTES;

    static RunRow live(long number, long createdMillis) {
        return new RunRow(number, createdMillis, false, Position.START);
    }

    RunRow tombstone(Position lastPosition) {
        return new RunRow(number, createdMillis, true, lastPosition);
    }

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(deleted ? DELETED_BYTES : LIVE_BYTES);
        out.put(FORMAT).put((byte) (deleted ? 1 : 0)).putLong(number).putLong(createdMillis);
        if (deleted) {
            out.putLong(last.sequence()).putInt(last.unsequenced());
        }
        return out.array();
    }

    static RunRow decode(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        if (in.get() != FORMAT) {
            throw new IllegalStateException("a run row is not of format " + FORMAT);
        }
        boolean deleted = in.get() == 1;
        long number = in.getLong();
        long created = in.getLong();
        return new RunRow(number, created, deleted, deleted ? new Position(in.getLong(), in.getInt()) : Position.START);
    }
}
