package org.agentos.federation.support;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One GET on a socket of its own. The JDK's client throws away what it has buffered when a connection breaks; a test of
 * broken streams must see every byte that came.
 */
final class RawGet implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final int status;
    private final HttpHeaders headers;
    private final boolean chunked;
    /** Bytes left of the current chunk, or of the body where its length was told. */
    private long left;

    private boolean begun;

    /** Sends the request and reads the head of the answer; {@code headers} are names and values in turn. */
    @SuppressWarnings("AddressSelection") // a test's server, almost always on the loopback address
    RawGet(URI base, String target, Duration patience, String... headers) throws IOException {
        socket = new Socket(base.getHost(), base.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) patience.toMillis());
        StringBuilder request =
                new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: " + base.getAuthority() + "\r\n");
        for (int i = 0; i < headers.length; i += 2) {
            request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        socket.getOutputStream().write(request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
        String start = HeadReader.line(in);
        if (start.isEmpty()) {
            throw new EOFException("no answer to GET " + target);
        }
        status = Integer.parseInt(start.split(" ", 3)[1]);
        this.headers = HttpHeaders.of(HeadReader.fields(in), (name, value) -> true);
        chunked = header("Transfer-Encoding").equalsIgnoreCase("chunked");
        left = status == 204 || header("Content-Length").isEmpty() ? 0 : Long.parseLong(header("Content-Length"));
        socket.setSoTimeout(0);
    }

    int status() {
        return status;
    }

    HttpHeaders headers() {
        return headers;
    }

    /**
     * Reads some of the body.
     *
     * @return how much; -1 when the body is complete
     * @throws IOException when the connection broke before that
     */
    int read(byte[] into) throws IOException {
        if (left == 0 && !(chunked && nextChunk())) {
            return -1;
        }
        int n = in.read(into, 0, (int) Math.min(into.length, left));
        if (n < 0) {
            throw new EOFException("the connection ended in the middle of the body");
        }
        left -= n;
        return n;
    }

    private boolean nextChunk() throws IOException {
        if (begun) {
            HeadReader.line(in);
        }
        begun = true;
        left = HeadReader.chunkSize(in);
        if (left == 0) {
            HeadReader.line(in);
        }
        return left > 0;
    }

    private String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
