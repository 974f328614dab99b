package org.agentos.federation.support;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** One connection by TLS that is kept alive from request to request. */
public final class TlsConnection implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

    private final SSLSocket socket;
    private final InputStream in;

    /** What came: its status, and all of it as text. */
    public record Reply(int status, String text) {}

    /**
     * Connects and shakes hands.
     *
     * @throws javax.net.ssl.SSLException when one side does not take the other
     */
    public TlsConnection(SSLContext context, URI gateway) throws IOException {
        socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", gateway.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.startHandshake();
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** The certificate that the gateway showed at the handshake. */
    public X509Certificate shown() throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    /**
     * Asks with GET.
     *
     * @param headers each with its line end
     */
    public Reply get(String path, String headers) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
    }

    /**
     * Asks with POST.
     *
     * @param headers each with its line end
     */
    public Reply post(String path, String headers, String json) throws IOException {
        int length = json.getBytes(StandardCharsets.UTF_8).length;
        return send("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                + length + "\r\n" + headers + "\r\n" + json);
    }

    /** Sends a request and reads an answer whose length is given, or the head of one whose is not. */
    private Reply send(String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        String head = readUntil("\r\n\r\n");
        Matcher length = LENGTH.matcher(head);
        String body = length.find()
                ? new String(in.readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8)
                : "";
        return new Reply(Integer.parseInt(head.substring(9, 12)), head + body);
    }

    /** Reads until this text has come, and returns all that came. */
    public String readUntil(String text) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (!read.toString(StandardCharsets.UTF_8).endsWith(text)) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended after: " + read.toString(StandardCharsets.UTF_8));
            }
            read.write(next);
        }
        return read.toString(StandardCharsets.UTF_8);
    }

    /** Whether the other side has closed, once all was read. */
    public boolean isClosed() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
