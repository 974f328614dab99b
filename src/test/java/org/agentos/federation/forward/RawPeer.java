package org.agentos.federation.forward;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.agentos.federation.peer.Peer;

/** A peer that says the same bytes to whoever has said something to it, and reads on until the other side has enough. */
final class RawPeer implements AutoCloseable {
    private final ServerSocket socket;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final byte[] answer;

    RawPeer(String answer) {
        this.answer = answer.getBytes(StandardCharsets.ISO_8859_1);
        try {
            socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    /** Under the id stk_b. */
    Peer peer(String scheme) {
        return new Peer(
                ForwardBench.info("stk_b"),
                URI.create(scheme + "://127.0.0.1:" + socket.getLocalPort()),
                List.of(),
                Optional.empty(),
                Peer.Policy.UNRESTRICTED,
                Peer.Redelivery.DEFAULT,
                Peer.Mirror.DEFAULT,
                Peer.Token.CALLER,
                true);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = socket.accept();
                threads.execute(() -> answer(client));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void answer(Socket client) {
        byte[] heard = new byte[8192];
        try (client;
                InputStream in = client.getInputStream();
                OutputStream out = client.getOutputStream()) {
            int length = in.read(heard);
            out.write(answer);
            client.shutdownOutput();
            while (length >= 0) {
                length = in.read(heard);
            }
        } catch (IOException cut) {
            // by the other side
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
