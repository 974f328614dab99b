package org.agentos.federation.eventlog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes inside a larger array that is never written again: an envelope inside an ingest body or a stored record. */
@SuppressWarnings("ArrayRecordComponent") // equality is by content, below
public record ByteSlice(byte[] array, int offset, int length) {
    public static ByteSlice of(byte[] bytes) {
        return new ByteSlice(bytes, 0, bytes.length);
    }

    public byte[] copy() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    public boolean sameBytes(ByteSlice other) {
        return Arrays.equals(array, offset, offset + length, other.array, other.offset, other.offset + other.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteSlice slice && sameBytes(slice);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + array[i];
        }
        return hash;
    }

    @Override
    public String toString() {
        return new String(array, offset, length, StandardCharsets.UTF_8);
    }
}
