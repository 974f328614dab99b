package org.agentos.federation.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.IntPredicate;

/** What both ends of the control socket know. */
final class ControlSocket {
    /** What the path of a Unix domain socket may take of the system's 108 bytes (Linux) or 104 (macOS), with their end. */
    static final int MAX_PATH_BYTES = 103;

    private ControlSocket() {}

    static Path in(Path dataDirectory) {
        return dataDirectory.resolve("control.sock");
    }

    static boolean fits(Path socket) {
        return socket.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_PATH_BYTES;
    }

    static void write(SocketChannel channel, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Reads up to the end or to a byte that is the last one wanted. @throws IOException when there is more than fits */
    static String read(SocketChannel channel, int maxBytes, IntPredicate last) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        ByteBuffer one = ByteBuffer.allocate(1); // a command an hour: simple counts more than fast
        while (channel.read(one.clear()) >= 0) {
            if (text.size() == maxBytes) {
                throw new IOException("more than " + maxBytes + " bytes were sent");
            }
            text.write(one.get(0));
            if (last.test(one.get(0))) {
                break;
            }
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
