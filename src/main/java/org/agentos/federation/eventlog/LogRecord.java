package org.agentos.federation.eventlog;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A value of the column family {@code log}: consecutive events of one run, their envelopes back to back as they came.
 *
 * <pre>
 * format     1 byte, 1
 * end        1 byte, what the last event means: 0 no end, 1 completed, 2 failed, 3 canceled
 * n          2 bytes, 1..256
 * base       8 + 4 bytes, the position before the first event
 * n times    8 bytes sequence (0 = none), 4 bytes length of the envelope, 4 bytes hash fragment of the event_id
 * envelopes
 * </pre>
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LogRecord(byte[] bytes) {
    /** Events of one record: what a reader decodes at the most to get at one event. */
    static final int MAX_EVENTS = 256;
    /** Envelope bytes of one record; a single larger event still fits one. */
    static final int MAX_BYTES = 256 * 1024;

    private static final byte FORMAT = 1;
    private static final int HEADER_BYTES = 1 + 1 + Short.BYTES + Long.BYTES + Integer.BYTES;
    private static final int ENTRY_BYTES = Long.BYTES + Integer.BYTES + Integer.BYTES;

    LogRecord {
        if (bytes.length < HEADER_BYTES || bytes[0] != FORMAT) {
            throw new IllegalStateException("a log record is not of format " + FORMAT);
        }
    }

    static LogRecord of(Position base, List<PendingEvent> events) {
        int size = HEADER_BYTES;
        for (PendingEvent pending : events) {
            size += ENTRY_BYTES + pending.bytes();
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        out.put(FORMAT).put(endCode(events)).putShort((short) events.size());
        out.putLong(base.sequence()).putInt(base.unsequenced());
        for (PendingEvent pending : events) {
            out.putLong(pending.event().sequence()).putInt(pending.bytes()).putInt(idFragment(pending.idHash()));
        }
        for (PendingEvent pending : events) {
            ByteSlice envelope = pending.event().envelope();
            out.put(envelope.array(), envelope.offset(), envelope.length());
        }
        return new LogRecord(out.array());
    }

    private static byte endCode(List<PendingEvent> events) {
        String lastType = events.get(events.size() - 1).event().type();
        return RunEnd.ofEventType(lastType).map(LogRecord::code).orElse((byte) 0);
    }

    private static byte code(RunEnd end) {
        return switch (end) {
            case COMPLETED -> 1;
            case FAILED -> 2;
            case CANCELED -> 3;
        };
    }

    /** The part of an event_id's keyed hash that readers see and cursors carry. */
    static int idFragment(long idHash) {
        return (int) (idHash >>> Integer.SIZE);
    }

    /** The position before the first event. */
    Position base() {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new Position(in.getLong(4), in.getInt(4 + Long.BYTES));
    }

    Optional<RunEnd> end() {
        return switch (bytes[1]) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(RunEnd.COMPLETED);
            case 2 -> Optional.of(RunEnd.FAILED);
            case 3 -> Optional.of(RunEnd.CANCELED);
            default -> throw new IllegalStateException("a log record has the unknown end " + bytes[1]);
        };
    }

    int count() {
        return ByteBuffer.wrap(bytes).getShort(2);
    }

    /** The events in order, their envelopes slices of this record. */
    List<StoredEvent> events() {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int count = count();
        List<StoredEvent> events = new ArrayList<>(count);
        Position position = base();
        int envelope = HEADER_BYTES + count * ENTRY_BYTES;
        for (int entry = HEADER_BYTES; events.size() < count; entry += ENTRY_BYTES) {
            int length = in.getInt(entry + Long.BYTES);
            position = position.next(in.getLong(entry));
            int idFragment = in.getInt(entry + Long.BYTES + Integer.BYTES);
            events.add(new StoredEvent(position, idFragment, new ByteSlice(bytes, envelope, length)));
            envelope += length;
        }
        return events;
    }
}
