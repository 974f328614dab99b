package org.agentos.federation.audit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The end of a line, by which it hangs in its chain: {@code ,"key":"ID","prev":"...","hash":"..."}}, the key only where
 * there is one. Read byte for byte, since text that is decoded first can hide a change.
 */
final class Seal {
    private static final Pattern END = Pattern.compile(
            "(?:,\"key\":\"([0-9a-f]{16})\")?,\"prev\":\"([0-9a-f]{64})\",\"hash\":\"([0-9a-f]{64})\"}");

    private static final int HASH_LENGTH = ",\"hash\":\"\"}".length() + AuditLine.ORIGIN.length();
    private static final int UNKEYED_LENGTH = HASH_LENGTH + ",\"prev\":\"\"".length() + AuditLine.ORIGIN.length();
    private static final int KEY_LENGTH = ",\"key\":\"\"".length() + 16;

    private final Optional<String> keyId;
    private final String prev;
    private final String hash;

    /** The line as it is hashed: without {@code ,"hash":"..."}. */
    private final byte[] hashed;

    private Seal(Optional<String> keyId, String prev, String hash, byte[] hashed) {
        this.keyId = keyId;
        this.prev = prev;
        this.hash = hash;
        this.hashed = hashed;
    }

    /** Reads the end of a line that has no line feed; empty when it does not end like a line of a trail. */
    static Optional<Seal> of(byte[] line) {
        return keyed(line).or(() -> end(line, UNKEYED_LENGTH));
    }

    private static Optional<Seal> keyed(byte[] line) {
        return end(line, UNKEYED_LENGTH + KEY_LENGTH)
                .filter(seal -> seal.keyId().isPresent());
    }

    private static Optional<Seal> end(byte[] line, int length) {
        if (line.length <= length) {
            return Optional.empty();
        }
        String text = new String(line, line.length - length, length, StandardCharsets.ISO_8859_1);
        Matcher end = END.matcher(text);
        if (!end.matches()) {
            return Optional.empty();
        }
        byte[] hashed = Arrays.copyOf(line, line.length - HASH_LENGTH + 1);
        hashed[hashed.length - 1] = '}';
        return Optional.of(new Seal(Optional.ofNullable(end.group(1)), end.group(2), end.group(3), hashed));
    }

    /** Empty where the line is under no key. */
    Optional<String> keyId() {
        return keyId;
    }

    String prev() {
        return prev;
    }

    String hash() {
        return hash;
    }

    /** Whether the hash is the line's own under a key, and says so. */
    boolean fits(ChainKey key) {
        return key.id().equals(keyId) && key.fits(hash, hashed);
    }
}
