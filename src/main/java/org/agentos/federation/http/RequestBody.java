package org.agentos.federation.http;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;

/**
 * The bytes of one request body: never more than its limit, before and after decompression, and charged to the budget
 * of all bodies until {@link #release}. Used by one thread at a time.
 */
final class RequestBody {
    /** Memory taken on a sender's word alone; the rest grows with what really arrives. */
    private static final int MAX_FIRST_BYTES = 16 * 1024;

    private static final int INFLATE_PIECE_BYTES = 8 * 1024;
    private static final byte[] NOTHING = {};

    private final int maxBytes;
    private final BodyBudget budget;
    private byte[] bytes = NOTHING;
    private int size;
    private long charged;

    RequestBody(int maxBytes, BodyBudget budget) {
        this.maxBytes = maxBytes;
        this.budget = budget;
    }

    /** Makes room for a body announced to be this long, within reason. */
    void expect(long announced) {
        if (bytes.length == 0 && announced > 0) {
            bytes = new byte[(int) Math.min(announced, Math.min(MAX_FIRST_BYTES, maxBytes))];
        }
    }

    void append(Buffer chunk) {
        int length = chunk.length();
        makeRoom(length);
        chunk.getBytes(bytes, size);
        size += length;
    }

    /** Bytes of memory held at the moment. */
    int capacity() {
        return bytes.length;
    }

    /** Hands the bytes over, once; they stay charged. */
    byte[] take() {
        byte[] taken = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        size = 0;
        bytes = NOTHING;
        return taken;
    }

    /**
     * Replaces gzip content by what it contains.
     *
     * @throws FederationException 413 when that is over the limit, 400 when it is not gzip
     */
    void gunzip() {
        byte[] compressed = take();
        byte[] piece = new byte[INFLATE_PIECE_BYTES];
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                makeRoom(n);
                System.arraycopy(piece, 0, bytes, size, n);
                size += n;
            }
        } catch (IOException e) {
            throw new FederationException(ErrorCode.INVALID_REQUEST, "The body is not valid gzip.");
        }
    }

    /** Gives the charge back; further calls do nothing. */
    void release() {
        budget.giveBack(charged);
        charged = 0;
        size = 0;
        bytes = NOTHING;
    }

    static FederationException tooLarge(int maxBytes) {
        return new FederationException(ErrorCode.PAYLOAD_TOO_LARGE, "The body is too large.")
                .detail("limit_bytes", maxBytes);
    }

    private void makeRoom(int more) {
        if (more > maxBytes - size) {
            throw tooLarge(maxBytes);
        }
        if (!budget.take(more)) {
            throw new FederationException(ErrorCode.UNAVAILABLE, "Too many large bodies are being received.")
                    .retryAfter(Duration.ofSeconds(1));
        }
        charged += more;
        if (size + more > bytes.length) {
            long doubled = Math.max(size + (long) more, 2L * bytes.length);
            bytes = Arrays.copyOf(bytes, (int) Math.min(doubled, maxBytes));
        }
    }
}
