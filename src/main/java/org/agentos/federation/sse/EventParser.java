package org.agentos.federation.sse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;

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
    }

    private final Receiver receiver;
    private final GrowingBytes line;
    private final GrowingBytes data;
    private boolean hasData;
    private String type = "";
    private String lastEventId;
    private String dispatchedId;
    private long reconnectionTime = -1;
    private boolean firstLine = true;
    private boolean afterCarriageReturn;

    /**
     * @param maxLineBytes a peer that sends a line without an end is cut off here
     * @param maxEventBytes of one event's data, all its lines together
     */
    public EventParser(int maxLineBytes, int maxEventBytes, Receiver receiver) {
        this(maxLineBytes, maxEventBytes, "", receiver);
    }

    /** @param lastEventId of the stream that this one goes on from; "" for none */
    public EventParser(int maxLineBytes, int maxEventBytes, String lastEventId, Receiver receiver) {
        this.lastEventId = lastEventId;
        this.dispatchedId = lastEventId;
        this.line = new GrowingBytes(EventStreamException.Limit.LINE, maxLineBytes);
        this.data = new GrowingBytes(EventStreamException.Limit.EVENT, maxEventBytes);
        this.receiver = receiver;
    }

    public void feed(byte[] chunk) {
        feed(chunk, 0, chunk.length);
    }

    /** Reads on, calling the receiver for each event that is now complete. */
    public void feed(byte[] chunk, int offset, int length) {
        int end = offset + length;
        int lineStart = offset;
        while (lineStart < end) {
            int lineEnd = indexOfLineEnd(chunk, lineStart, end);
            if (lineEnd == end) {
                line.append(chunk, lineStart, end - lineStart);
                afterCarriageReturn = false;
                return;
            }
            boolean secondHalf = lineEnd == lineStart && afterCarriageReturn && chunk[lineEnd] == '\n';
            if (!secondHalf) {
                endLine(chunk, lineStart, lineEnd - lineStart);
            }
            afterCarriageReturn = chunk[lineEnd] == '\r';
            lineStart = lineEnd + 1;
        }
    }

    /** The first line feed or carriage return, or the end when there is none. Every byte of a stream passes here. */
    private static int indexOfLineEnd(byte[] bytes, int start, int end) {
        int i = start;
        while (i < end && (bytes[i] > '\r' || (bytes[i] != '\n' && bytes[i] != '\r'))) {
            i++;
        }
        return i;
    }

    /** The newest reconnection time the stream asked for, in milliseconds. */
    public OptionalLong reconnectionTime() {
        return reconnectionTime < 0 ? OptionalLong.empty() : OptionalLong.of(reconnectionTime);
    }

    /** The id to go on from: the newest one that a blank line has followed; "" for none. */
    public String lastEventId() {
        return dispatchedId;
    }

    private void endLine(byte[] chunk, int offset, int length) {
        if (line.length() == 0) {
            line.check(length);
            wholeLine(chunk, offset, length);
        } else {
            line.append(chunk, offset, length);
            wholeLine(line.array(), 0, line.length());
            line.clear();
        }
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
        if (hasData) {
            data.append(LINE_FEED, 0, 1);
        }
        data.append(bytes, offset, length);
        hasData = true;
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
        if (hasData) {
            byte[] complete = data.take();
            hasData = false;
            receiver.event(named.isEmpty() ? "message" : named, complete, dispatchedId);
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
