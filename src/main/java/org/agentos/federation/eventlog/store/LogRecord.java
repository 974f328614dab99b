package org.agentos.federation.eventlog.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.eventlog.StoredEvent;

/**
 * A value of the column family {@code log}: consecutive events of one run, their envelopes back to back as they came.
 *
 * <pre>
 * format     1 byte, 2
 * end        1 byte, what the last event means: 0 no end, 1 completed, 2 failed, 3 canceled
 * n          2 bytes, 1..256
 * base       8 + 4 bytes, the position before the first event
 * stored     8 bytes, milliseconds since 1970
 * before     8 bytes events, 8 bytes envelope bytes: what the run held up to the base, see {@link Volume}
 * n times    8 bytes sequence (0 = none), 4 bytes length of the envelope, 4 bytes hash fragment of the event_id
 * envelopes
 * </pre>
 *
 * Records of format 1 are read too: they lack {@code stored} and {@code before}.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LogRecord(byte[] bytes) {
    /** Events of one record: what a reader decodes at the most to get at one event. */
    static final int MAX_EVENTS = 256;
    /** Envelope bytes of one record; a single larger event still fits one. */
    static final int MAX_BYTES = 256 * 1024;

    private static final byte TIMELESS_FORMAT = 1;
    private static final byte FORMAT = 2;
    private static final int BASE_AT = 4;
    private static final int STORED_AT = BASE_AT + Long.BYTES + Integer.BYTES;
    private static final int EVENTS_BEFORE_AT = STORED_AT + Long.BYTES;
    private static final int BYTES_BEFORE_AT = EVENTS_BEFORE_AT + Long.BYTES;
    private static final int HEADER_BYTES = BYTES_BEFORE_AT + Long.BYTES;
    private static final int ENTRY_BYTES = Long.BYTES + Integer.BYTES + Integer.BYTES;

    LogRecord {
        boolean known = bytes.length > STORED_AT && (bytes[0] == FORMAT || bytes[0] == TIMELESS_FORMAT);
        if (!known) {
            throw new IllegalStateException("a log record is of neither format " + TIMELESS_FORMAT + " nor " + FORMAT);
        }
    }

    /**
     * @param before what the run's records before this one held
     * @param storedMillis since 1970
     */
    static LogRecord of(Position base, Volume before, long storedMillis, List<PendingEvent> events) {
        int size = HEADER_BYTES;
        for (PendingEvent pending : events) {
            size += ENTRY_BYTES + pending.bytes();
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        out.put(FORMAT).put(endCode(events)).putShort((short) events.size());
        out.putLong(base.sequence()).putInt(base.unsequenced());
        out.putLong(storedMillis).putLong(before.events()).putLong(before.bytes());
        for (PendingEvent pending : events) {
            out.putLong(pending.event().sequence()).putInt(pending.bytes()).putInt(Cursor.idFragment(pending.idHash()));
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

    /** The position before the first event. */
    Position base() {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new Position(in.getLong(BASE_AT), in.getInt(BASE_AT + Long.BYTES));
    }

    private boolean timeless() {
        return bytes[0] == TIMELESS_FORMAT;
    }

    private int headerBytes() {
        return timeless() ? STORED_AT : HEADER_BYTES;
    }

    /** When the events were stored, milliseconds since 1970; empty in a record of format 1. */
    OptionalLong storedMillis() {
        return timeless()
                ? OptionalLong.empty()
                : OptionalLong.of(ByteBuffer.wrap(bytes).getLong(STORED_AT));
    }

    /** What the run's records before this one held; empty in a record of format 1. */
    Optional<Volume> before() {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return timeless()
                ? Optional.empty()
                : Optional.of(new Volume(in.getLong(EVENTS_BEFORE_AT), in.getLong(BYTES_BEFORE_AT)));
    }

    /** What this record holds. */
    Volume own() {
        return new Volume(count(), bytes.length - headerBytes() - (long) count() * ENTRY_BYTES);
    }

    /** What the run's records up to this one held, itself included; empty in records of older formats. */
    Optional<Volume> upTo() {
        return before().map(own()::plus);
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
        int envelope = headerBytes() + count * ENTRY_BYTES;
        for (int entry = headerBytes(); events.size() < count; entry += ENTRY_BYTES) {
            int length = in.getInt(entry + Long.BYTES);
            position = position.next(in.getLong(entry));
            int idFragment = in.getInt(entry + Long.BYTES + Integer.BYTES);
            events.add(new StoredEvent(position, idFragment, new ByteSlice(bytes, envelope, length)));
            envelope += length;
        }
        return events;
    }
}
