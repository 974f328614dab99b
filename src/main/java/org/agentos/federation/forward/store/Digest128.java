package org.agentos.federation.forward.store;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** The first 128 bits of a digest: small enough to keep a million, too many to meet by chance or by malice. */
public record Digest128(long high, long low) {

    /** Of a digest of 16 bytes or more. */
    public static Digest128 of(byte[] digest) {
        ByteBuffer bytes = ByteBuffer.wrap(digest);
        return new Digest128(bytes.getLong(), bytes.getLong());
    }

    /**
     * Of its text.
     *
     * @throws IllegalArgumentException unless it is 32 hex digits
     */
    public static Digest128 parse(String hex) {
        if (hex.length() != 32) {
            throw new IllegalArgumentException("a digest has 32 hex digits");
        }
        return of(HexFormat.of().parseHex(hex));
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}
