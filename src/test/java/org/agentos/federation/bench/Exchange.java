package org.agentos.federation.bench;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** One request on a connection of its own. */
final class Exchange {
    private Exchange() {}

    /** A request that asks the server to close the connection after its answer. */
    static byte[] closing(Buffer request) {
        return request.toString()
                .replaceFirst("\r\n", "\r\nConnection: close\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns when the whole answer has been read, which must be 200; {@code request} asks for the close. */
    @SuppressWarnings("AddressSelection") // a loopback address, no name look-up
    static void complete(URI server, byte[] request) throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(request);
            byte[] answer = socket.getInputStream().readAllBytes();
            if (!new String(answer, StandardCharsets.UTF_8).startsWith("HTTP/1.1 200")) {
                throw new IOException(server + " answered " + new String(answer, StandardCharsets.UTF_8));
            }
        }
    }
}
