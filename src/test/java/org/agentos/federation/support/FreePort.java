package org.agentos.federation.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for listeners, below 32768: from there on the system gives them to outgoing connections. */
public final class FreePort {
    private static final int LOWEST = 20_000;
    private static final int ABOVE_HIGHEST = 32_768;
    private static final int TRIES = 200;

    private FreePort() {}

    /** A listening socket on 127.0.0.1. */
    @SuppressWarnings("AddressSelection") // the loopback address, no name look-up
    public static ServerSocket open() {
        IOException last = null;
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, ABOVE_HIGHEST);
            try {
                return new ServerSocket(port, 1024, InetAddress.getByName("127.0.0.1"));
            } catch (IOException taken) {
                last = taken;
            }
        }
        throw new IllegalStateException("no free port between " + LOWEST + " and " + ABOVE_HIGHEST, last);
    }

    /** The number of a port that was free a moment ago. */
    public static int find() {
        try (ServerSocket socket = open()) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
