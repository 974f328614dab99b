package org.agentos.federation.support;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A scripted peer's side of one connection. */
public final class PeerConnection {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final CountDownLatch peerClosed;

    PeerConnection(Socket socket, CountDownLatch peerClosed) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
        this.peerClosed = peerClosed;
        socket.setTcpNoDelay(true);
    }

    InputStream in() {
        return in;
    }

    boolean isOpen() {
        return !socket.isClosed();
    }

    /** Whether the client still holds its side; for streams, during which a client says nothing. */
    boolean clientIsThere() {
        try {
            socket.setSoTimeout(1);
            return in.read() >= 0;
        } catch (SocketTimeoutException silent) {
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    /** A complete answer; the connection stays open. */
    public void answer(int status, String contentType, String body, String... headers) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Scripted\r\nContent-Type: " + contentType
                + "\r\nContent-Length: " + bytes.length + "\r\n");
        for (int i = 0; i < headers.length; i += 2) {
            head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        write(head + "\r\n" + body);
    }

    public void startStream() throws IOException {
        write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    public void chunk(byte[] bytes) throws IOException {
        out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
        write("\r\n");
    }

    public void endStream() throws IOException {
        write("0\r\n\r\n");
    }

    public void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Waits, but not past the peer's closing. */
    public void pause(Duration delay) throws InterruptedException {
        boolean closed = peerClosed.await(delay.toMillis(), TimeUnit.MILLISECONDS);
        if (closed) {
            throw new InterruptedException("the peer is closing");
        }
    }

    /** Waits until the client closes its side. */
    public void awaitLeave() throws IOException {
        while (in.read() >= 0) {
            // what a client still sends is of no interest
        }
    }

    /** Ends the connection so that the client sees a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    public void close() throws IOException {
        socket.close();
    }
}
