package org.agentos.federation.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;

/** Asks the gateway that runs on a data directory. */
public final class ControlClient {
    /** For the longest command there is, the copy of a large log to another disk. */
    private static final Duration PATIENCE = Duration.ofHours(12);

    private static final int MAX_REPLY_BYTES = 64 << 10;

    private ControlClient() {}

    /**
     * Sends a command and waits for its end.
     *
     * @return empty when no gateway listens there
     * @throws IOException when one does and cannot be asked: it is another user's, or no answer came in time
     */
    public static Optional<ControlReply> ask(Path dataDirectory, String command, String argument) throws IOException {
        Path socket = ControlSocket.in(dataDirectory);
        if (!ControlSocket.fits(socket) || !Files.exists(socket)) {
            return Optional.empty();
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return Optional.of(ask(channel, (command + " " + argument).strip()));
        } catch (ConnectException nobodyListens) {
            return Optional.empty();
        }
    }

    private static ControlReply ask(SocketChannel channel, String request) throws IOException {
        Timer patience = new Timer("control-patience", true);
        try {
            patience.schedule(
                    new TimerTask() {
                        @Override
                        public void run() {
                            closeQuietly(channel);
                        }
                    },
                    PATIENCE.toMillis());
            ControlSocket.write(channel, request + "\n");
            return ControlReply.parse(ControlSocket.read(channel, MAX_REPLY_BYTES, end -> false));
        } finally {
            patience.cancel();
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException gone) {
            // it is as closed as it will be
        }
    }

    /** Why no gateway can be asked on this directory though one may run, for a message; empty when one could. */
    public static Optional<String> impossible(Path dataDirectory) {
        Path socket = ControlSocket.in(dataDirectory);
        return ControlSocket.fits(socket)
                ? Optional.empty()
                : Optional.of("a running gateway cannot be asked: the path " + socket + " has more than the "
                        + ControlSocket.MAX_PATH_BYTES + " bytes a socket's may have; stop the gateway, or choose a"
                        + " shorter AGENTOS_FED_DATA_DIR");
    }
}
