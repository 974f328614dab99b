package org.agentos.federation.sse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
import org.agentos.federation.sse.EventStreamException.Limit;

/**
 * Reads one event stream from chunks of bytes, cut anywhere, by the rules of the WHATWG HTML standard, section 9.2.6
 * "Interpreting an event stream". Data is handed on as the bytes that came, not decoded; everything else is UTF-8 with
 * replacement. What the stream leaves unfinished at its end was never an event.
 *
 * <p>Not thread-safe. After an {@link EventStreamException} the parser is of no further use.
 */
public final class EventParser {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] EVENT = ascii("event");
    private static final byte[] DATA = ascii("data");
    private static final byte[] ID = ascii("id");
    private static final byte[] RETRY = ascii("retry");
    private static final byte[] LINE_FEED = {'\n'};

    /** Digits that any long can hold; a longer reconnection time is nonsense and ignored. */
    private static final int MOST_DIGITS = 18;

    /** Takes an event as soon as its blank line is read. */
    @FunctionalInterface
    public interface Receiver {
        /**
         * One event.
         *
         * @param type {@code message} when the stream names none
         * @param data the receiver's own; several data lines are joined by a line feed
         * @param lastEventId the newest id of the stream, of this event or an earlier one; "" before the first
         */
        void event(String type, byte[] data, String lastEventId);

        /** An event that went over a limit and was passed over; never called where nothing of the kind is tolerated. */
        default void overlong() {}
    }

    private final Receiver receiver;
    private final LineCutter cutter;
    private final GrowingBytes data;
    private final Overlong overlong;
    private boolean hasData;
    private boolean spoilt;
    private String type = "";
    private String lastEventId;
    private String dispatchedId;
    private long reconnectionTime = -1;
    private boolean firstLine = true;

    /**
     * @param maxLineBytes a peer that sends a line without an end is cut off here
     * @param maxEventBytes of one event's data, all its lines together
     */
    public EventParser(int maxLineBytes, int maxEventBytes, Receiver receiver) {
        this(maxLineBytes, maxEventBytes, 0, "", receiver);
    }

    /**
     * As above, and passes over what is too long instead of giving up the stream.
     *
     * @param toleratedBytes of one event that are passed over; a peer that sends more is cut off, 0 = at the limits
     * @param lastEventId of the stream that this one goes on from; "" for none
     */
    public EventParser(
            int maxLineBytes, int maxEventBytes, long toleratedBytes, String lastEventId, Receiver receiver) {
        this.lastEventId = lastEventId;
        this.dispatchedId = lastEventId;
        this.overlong = new Overlong(toleratedBytes);
        this.cutter = new LineCutter(maxLineBytes, overlong, new LineCutter.Lines() {
            @Override
            public void line(byte[] bytes, int offset, int length) {
                wholeLine(bytes, offset, length);
            }

            @Override
            public void overlong(boolean comment) {
                firstLine = false;
                spoilt |= !comment;
            }
        });
        this.data = new GrowingBytes(maxEventBytes);
        this.receiver = receiver;
    }

    public void feed(byte[] chunk) {
        feed(chunk, 0, chunk.length);
    }

    /** Reads on, calling the receiver for each event that is now complete. */
    public void feed(byte[] chunk, int offset, int length) {
        cutter.feed(chunk, offset, length);
    }

    /** The newest reconnection time the stream asked for, in milliseconds. */
    public OptionalLong reconnectionTime() {
        return reconnectionTime < 0 ? OptionalLong.empty() : OptionalLong.of(reconnectionTime);
    }

    /** The id to go on from: the newest one that a blank line has followed; "" for none. */
    public String lastEventId() {
        return dispatchedId;
    }

    private void wholeLine(byte[] bytes, int offset, int length) {
        int mark = firstLine && startsWithByteOrderMark(bytes, offset, length) ? BYTE_ORDER_MARK.length : 0;
        firstLine = false;
        int start = offset + mark;
        int end = offset + length;
        if (start == end) {
            dispatch();
            return;
        }
        int colon = indexOfColon(bytes, start, end);
        if (colon != start) {
            int value = colon + 1 < end && bytes[colon + 1] == ' ' ? colon + 2 : Math.min(colon + 1, end);
            field(bytes, start, colon, value, end);
        }
    }

    /** The first colon, or the end when the line has none. */
    private static int indexOfColon(byte[] bytes, int start, int end) {
        int i = start;
        while (i < end && bytes[i] != ':') {
            i++;
        }
        return i;
    }

    private void field(byte[] bytes, int nameStart, int nameEnd, int valueStart, int valueEnd) {
        if (is(DATA, bytes, nameStart, nameEnd)) {
            appendData(bytes, valueStart, valueEnd - valueStart);
        } else if (is(ID, bytes, nameStart, nameEnd)) {
            String id = text(bytes, valueStart, valueEnd);
            lastEventId = id.indexOf('\0') >= 0 ? lastEventId : id;
        } else if (is(EVENT, bytes, nameStart, nameEnd)) {
            type = text(bytes, valueStart, valueEnd);
        } else if (is(RETRY, bytes, nameStart, nameEnd)) {
            retry(text(bytes, valueStart, valueEnd));
        }
    }

    private void appendData(byte[] bytes, int offset, int length) {
        int joint = hasData ? LINE_FEED.length : 0;
        hasData = true;
        if (spoilt || !data.fits(joint + length)) {
            spoilt = true;
            overlong.passOver((long) data.length() + joint + length, Limit.EVENT, data.limit());
            data.clear();
        } else {
            data.append(LINE_FEED, 0, joint);
            data.append(bytes, offset, length);
        }
    }

    private void retry(String digits) {
        boolean valid = !digits.isEmpty()
                && digits.length() <= MOST_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (valid) {
            reconnectionTime = Long.parseLong(digits);
        }
    }

    private void dispatch() {
        String named = type;
        type = "";
        dispatchedId = lastEventId;
        overlong.clear();
        boolean tooLong = spoilt;
        boolean complete = hasData;
        hasData = false;
        spoilt = false;
        if (tooLong) {
            data.clear();
            receiver.overlong();
        } else if (complete) {
            receiver.event(named.isEmpty() ? "message" : named, data.take(), dispatchedId);
        }
    }

    private static boolean startsWithByteOrderMark(byte[] bytes, int offset, int length) {
        return length >= BYTE_ORDER_MARK.length && is(BYTE_ORDER_MARK, bytes, offset, offset + BYTE_ORDER_MARK.length);
    }

    private static boolean is(byte[] name, byte[] bytes, int start, int end) {
        return name.length == end - start && Arrays.equals(name, 0, name.length, bytes, start, end);
    }

    private static String text(byte[] bytes, int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
