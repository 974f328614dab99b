package org.agentos.federation.eventlog.store;

import java.nio.ByteBuffer;
import java.util.List;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.Position;

/**
 * A value of the column family {@code ids}: for each event of the log record of the same key, 8 bytes keyed hash of the
 * event_id and 8 bytes sequence (0 = none). It outlives the log record when a run's head is trimmed.
 */
final class IdsRecord {
    private static final int ENTRY_BYTES = Long.BYTES + Long.BYTES;

    private IdsRecord() {}

    static byte[] of(List<PendingEvent> events) {
        ByteBuffer out = ByteBuffer.allocate(events.size() * ENTRY_BYTES);
        for (PendingEvent pending : events) {
            out.putLong(pending.idHash()).putLong(pending.event().sequence());
        }
        return out.array();
    }

    /** Adds the record's ids to a run's table. */
    static void addTo(DedupeTable table, byte[] value, Position base) {
        Position position = base;
        for (ByteBuffer in = ByteBuffer.wrap(value); in.hasRemaining(); ) {
            long hash = in.getLong();
            position = position.next(in.getLong());
            table.add(hash, position, false);
        }
    }

    /** The place after the record's last event at or before a position; the base if all stand behind it. */
    static Cursor lastUpTo(byte[] value, Cursor base, Position upTo) {
        Cursor found = base;
        Position position = base.position();
        for (ByteBuffer in = ByteBuffer.wrap(value); in.hasRemaining(); ) {
            long hash = in.getLong();
            position = position.next(in.getLong());
            if (position.isAfter(upTo)) {
                return found;
            }
            found = Cursor.after(position, hash);
        }
        return found;
    }

    /** The hash of the record's last event. */
    static long lastHash(byte[] value) {
        return ByteBuffer.wrap(value).getLong(value.length - ENTRY_BYTES);
    }

    static boolean holdsSequence(byte[] value, long sequence) {
        ByteBuffer in = ByteBuffer.wrap(value);
        for (int entry = 0; entry < value.length; entry += ENTRY_BYTES) {
            if (in.getLong(entry + Long.BYTES) == sequence) {
                return true;
            }
        }
        return false;
    }
}
