package org.agentos.federation.ingest;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;

/**
 * The check that a body is UTF-8 throughout. Jackson passes over the strings nobody asks for without looking at them
 * closely, but readers get the producer's bytes inside frames of ours.
 */
final class Utf8 {
    private static final int CHUNK = 8192;

    private Utf8() {}

    /** Throws {@code invalid_json} with the place of the first byte that is not UTF-8. */
    static void require(byte[] body) {
        int invalid = firstInvalid(body);
        if (invalid >= 0) {
            throw new FederationException(ErrorCode.INVALID_JSON, "the body is not UTF-8 at byte " + invalid);
        }
    }

    /** The place of the first byte that is not UTF-8, -1 when all are. */
    static int firstInvalid(byte[] body) {
        return isAscii(body) ? -1 : firstUndecodable(body);
    }

    /** Most bodies are, and need no decoder and no room for what it decodes. */
    private static boolean isAscii(byte[] body) {
        int signs = 0;
        for (byte b : body) {
            signs |= b;
        }
        return signs >= 0;
    }

    private static int firstUndecodable(byte[] body) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(body);
        CharBuffer out = CharBuffer.allocate(Math.min(body.length + 1, CHUNK));
        CoderResult result;
        do {
            out.clear();
            result = decoder.decode(in, out, true);
        } while (result.isOverflow());
        return result.isError() ? in.position() : -1;
    }
}
