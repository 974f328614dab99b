package org.agentos.federation.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;

/** Percent-decoding of one path segment or query part. What is not well-formed UTF-8 in escapes is a 400, never guessed. */
final class PercentCoding {
    private PercentCoding() {}

    static String decodeSegment(String raw) {
        return raw.indexOf('%') < 0 ? raw : decode(raw, false);
    }

    /** As {@link #decodeSegment}, and {@code +} is a space. */
    static String decodeQueryPart(String raw) {
        return raw.indexOf('%') < 0 && raw.indexOf('+') < 0 ? raw : decode(raw, true);
    }

    private static String decode(String raw, boolean plusIsSpace) {
        byte[] sent = raw.getBytes(StandardCharsets.UTF_8);
        ByteBuffer decoded = ByteBuffer.allocate(sent.length);
        for (int i = 0; i < sent.length; i++) {
            if (sent[i] == '%') {
                decoded.put((byte) (hexDigit(sent, i + 1) << 4 | hexDigit(sent, i + 2)));
                i += 2;
            } else {
                decoded.put(plusIsSpace && sent[i] == '+' ? (byte) ' ' : sent[i]);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
        } catch (CharacterCodingException e) {
            throw malformed();
        }
    }

    private static int hexDigit(byte[] sent, int at) {
        int digit = at < sent.length ? Character.digit(sent[at], 16) : -1;
        if (digit < 0) {
            throw malformed();
        }
        return digit;
    }

    private static FederationException malformed() {
        return new FederationException(ErrorCode.INVALID_REQUEST, "The URL contains a malformed percent-encoding.");
    }
}
