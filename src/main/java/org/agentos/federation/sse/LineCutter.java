package org.agentos.federation.sse;

import org.agentos.federation.sse.EventStreamException.Limit;

/**
 * Cuts a stream into its lines, which end with a line feed, a carriage return or both, wherever its chunks are cut. A line
 * over the limit is not kept.
 */
final class LineCutter {
    /** Takes the lines, without their ends. */
    interface Lines {
        /** A line; the bytes are good until this returns. */
        void line(byte[] bytes, int offset, int length);

        /** A line that went over the limit and is a comment or not. */
        void overlong(boolean comment);
    }

    private final GrowingBytes line;
    private final Overlong overlong;
    private final Lines lines;
    private boolean afterCarriageReturn;
    private boolean passing;
    private boolean passingComment;

    /**
     * Begins at a stream's beginning.
     *
     * @param maxBytes of a line
     * @param overlong counts what is passed over
     */
    LineCutter(int maxBytes, Overlong overlong, Lines lines) {
        this.line = new GrowingBytes(maxBytes);
        this.overlong = overlong;
        this.lines = lines;
    }

    void feed(byte[] chunk, int offset, int length) {
        int end = offset + length;
        int lineStart = offset;
        while (lineStart < end) {
            int lineEnd = indexOfLineEnd(chunk, lineStart, end);
            if (lineEnd == end) {
                gather(chunk, lineStart, end - lineStart);
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

    private void gather(byte[] chunk, int offset, int length) {
        if (passing || !line.fits(length)) {
            passOver(chunk, offset, length);
        } else {
            line.append(chunk, offset, length);
        }
    }

    private void endLine(byte[] chunk, int offset, int length) {
        if (passing || !line.fits(length)) {
            passOver(chunk, offset, length);
            passing = false;
            lines.overlong(passingComment);
        } else if (line.length() == 0) {
            lines.line(chunk, offset, length);
        } else {
            line.append(chunk, offset, length);
            lines.line(line.array(), 0, line.length());
            line.clear();
        }
    }

    private void passOver(byte[] chunk, int offset, int length) {
        if (!passing) {
            passing = true;
            passingComment = (line.length() > 0 ? line.array()[0] : chunk[offset]) == ':';
            overlong.passOver(line.length(), Limit.LINE, line.limit());
            line.clear();
        }
        overlong.passOver(length, Limit.LINE, line.limit());
    }
}
