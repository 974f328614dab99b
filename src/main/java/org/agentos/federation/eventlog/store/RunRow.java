package org.agentos.federation.eventlog.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;

/**
 * A value of the column family {@code run}, written when a run's first event is stored, again when a later one gives it
 * a holder or its last kept one is trimmed, and once more when the run is deleted: the tombstone refuses its events from
 * then on and says how far its log went.
 *
 * <pre>
 * format     1 byte, 2
 * state      1 byte of bits: 1 = deleted, 2 = this log took the place of another that was set aside
 * number     8 bytes
 * created    8 bytes, milliseconds since 1970
 * last       8 + 4 bytes, the last position of a deleted run; else 0
 * changed    8 bytes, milliseconds since 1970: when the run was deleted or its log set aside; of a live one when the
 *            newest event that was trimmed from it was stored, 0 = none was
 * holder     the rest, UTF-8; empty = none
 * </pre>
 *
 * Rows of format 1 are read too: they lack {@code changed}, for which {@code created} stands in.
 *
 * @param replacing whether another log of the same run was set aside for this one
 * @param last {@link Position#START} of a live run, whose last position is the key of its last record
 */
record RunRow(
        long number,
        long createdMillis,
        boolean deleted,
        boolean replacing,
        Position last,
        long changedMillis,
        Optional<String> holder) {
    private static final int DELETED = 1;
    private static final int REPLACING = 2;
    private static final byte CHANGELESS_FORMAT = 1;
    private static final byte FORMAT = 2;
    private static final int FIXED_BYTES = 1 + 1 + Long.BYTES + Long.BYTES + Long.BYTES + Integer.BYTES + Long.BYTES;

    static RunRow live(long number, long createdMillis, Optional<String> holder) {
        return new RunRow(number, createdMillis, false, false, Position.START, 0, holder);
    }

    /** Of a log that takes the place of another one. */
    static RunRow replacing(long number, long createdMillis, String holder) {
        return new RunRow(number, createdMillis, false, true, Position.START, 0, Optional.of(holder));
    }

    /** See {@link RunLog#generation}. */
    long generation() {
        return replacing ? number : 0;
    }

    /** The run's log where nothing of it is kept. */
    RunLog emptyLog(RunKey run, Position lastPosition) {
        return new RunLog(run, number, generation(), lastPosition, lastPosition, holder, Optional.empty(), deleted);
    }

    /** As it stands among the logs that were set aside. */
    RunRow setAside(long nowMillis) {
        return new RunRow(number, createdMillis, deleted, replacing, last, nowMillis, holder);
    }

    RunRow heldBy(Optional<String> newHolder) {
        return new RunRow(number, createdMillis, deleted, replacing, last, changedMillis, newHolder);
    }

    /** @param newestMillis when the newest event that is gone was stored */
    RunRow emptied(long newestMillis) {
        return new RunRow(number, createdMillis, deleted, replacing, last, newestMillis, holder);
    }

    RunRow tombstone(Position lastPosition, long nowMillis) {
        return new RunRow(number, createdMillis, true, replacing, lastPosition, nowMillis, holder);
    }

    byte[] encode() {
        byte[] name = holder.orElse("").getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(FIXED_BYTES + name.length)
                .put(FORMAT)
                .put((byte) ((deleted ? DELETED : 0) | (replacing ? REPLACING : 0)))
                .putLong(number)
                .putLong(createdMillis)
                .putLong(last.sequence())
                .putInt(last.unsequenced())
                .putLong(changedMillis)
                .put(name)
                .array();
    }

    static RunRow decode(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        byte format = in.get();
        if (format != FORMAT && format != CHANGELESS_FORMAT) {
            throw new IllegalStateException("a run row is of neither format " + CHANGELESS_FORMAT + " nor " + FORMAT);
        }
        int state = in.get();
        long number = in.getLong();
        long created = in.getLong();
        Position last = new Position(in.getLong(), in.getInt());
        long changed = format == FORMAT ? in.getLong() : created;
        String holder = StandardCharsets.UTF_8.decode(in).toString();
        return new RunRow(
                number,
                created,
                (state & DELETED) != 0,
                (state & REPLACING) != 0,
                last,
                changed,
                Optional.of(holder).filter(name -> !name.isEmpty()));
    }
}
