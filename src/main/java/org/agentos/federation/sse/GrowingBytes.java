package org.agentos.federation.sse;

import java.util.Arrays;

/** Bytes that gather up to a limit until they are taken. Holds next to nothing while empty: idle streams are many. */
final class GrowingBytes {
    /** An array up to this size is used again; a larger one is dropped, or one big event would hold it for good. */
    private static final int KEPT = 1024;

    private static final byte[] NONE = {};

    private final int limit;
    private byte[] bytes = NONE;
    private int length;

    GrowingBytes(int limit) {
        this.limit = limit;
    }

    /** Whether so many more stay within the limit. */
    boolean fits(int more) {
        return (long) length + more <= limit;
    }

    int limit() {
        return limit;
    }

    /** Appends bytes that fit. */
    void append(byte[] source, int offset, int count) {
        ensure(length + count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    private void ensure(int capacity) {
        if (capacity > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(capacity, Math.min(limit, Math.max(256, 2 * bytes.length))));
        }
    }

    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** A copy of the content, which is gone from here then. */
    byte[] take() {
        byte[] content = Arrays.copyOf(bytes, length);
        clear();
        return content;
    }

    void clear() {
        length = 0;
        if (bytes.length > KEPT) {
            bytes = NONE;
        }
    }
}
