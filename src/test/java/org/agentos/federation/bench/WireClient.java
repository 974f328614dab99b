package org.agentos.federation.bench;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.ObjIntConsumer;

/** One keep-alive connection that sends ready bytes and only counts what comes back; it lives on one event loop. */
final class WireClient {
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int UNTIL_LAST_CHUNK = -1;

    private final NetSocket socket;
    private final ObjIntConsumer<WireClient> answered;
    private Buffer head = Buffer.buffer();
    private boolean inBody;
    private int status;
    private long expected;
    private long received;
    private byte[] tail = new byte[0];

    /** {@code answered} is told the status of each complete answer. */
    WireClient(NetSocket socket, ObjIntConsumer<WireClient> answered) {
        this.socket = socket;
        this.answered = answered;
        socket.handler(this::take);
    }

    void send(Buffer request) {
        socket.write(request);
    }

    /** Body bytes of the latest answer, chunk framing included. */
    long received() {
        return received;
    }

    void close() {
        socket.close();
    }

    private void take(Buffer bytes) {
        if (inBody) {
            takeBody(bytes);
            return;
        }
        head = head.length() == 0 ? bytes : head.appendBuffer(bytes);
        int end = endOfHead(head);
        if (end >= 0) {
            readHead(head.getString(0, end).toLowerCase(Locale.ROOT));
            Buffer rest = head.slice(end, head.length());
            head = Buffer.buffer();
            takeBody(rest);
        }
    }

    private void readHead(String text) {
        status = Integer.parseInt(text.substring(9, 12));
        int length = text.indexOf("\r\ncontent-length:");
        expected = length < 0
                ? UNTIL_LAST_CHUNK
                : Long.parseLong(text.substring(length + 17, text.indexOf('\r', length + 2))
                        .trim());
        inBody = true;
        received = 0;
        tail = new byte[0];
    }

    private void takeBody(Buffer bytes) {
        received += bytes.length();
        boolean complete = expected == UNTIL_LAST_CHUNK ? endsWithLastChunk(bytes) : received >= expected;
        if (complete) {
            inBody = false;
            answered.accept(this, status);
        }
    }

    /** Event streams end each chunk with a blank line, so these five bytes close the answer and nothing else. */
    private boolean endsWithLastChunk(Buffer bytes) {
        int keep = LAST_CHUNK.length;
        if (bytes.length() >= keep) {
            tail = bytes.getBytes(bytes.length() - keep, bytes.length());
        } else {
            byte[] joined = Buffer.buffer(tail).appendBuffer(bytes).getBytes();
            tail = java.util.Arrays.copyOfRange(joined, Math.max(0, joined.length - keep), joined.length);
        }
        return java.util.Arrays.equals(tail, LAST_CHUNK);
    }

    private static int endOfHead(Buffer bytes) {
        for (int i = 3; i < bytes.length(); i++) {
            if (bytes.getByte(i) == '\n' && bytes.getByte(i - 2) == '\n' && bytes.getByte(i - 3) == '\r') {
                return i + 1;
            }
        }
        return -1;
    }
}
