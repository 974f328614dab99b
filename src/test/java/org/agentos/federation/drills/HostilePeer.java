package org.agentos.federation.drills;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A peer that does everything wrong, by chance: hangs, closes, answers rubbish, streams lines without an end. Now and then it
 * starts a run, so that the gateway mirrors it.
 */
final class HostilePeer implements AutoCloseable {
    private static final long HANG_MILLIS = 3_000;
    private static final int MAX_LINE = 64 * 1024;
    private static final String STREAM =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Random chance;
    private final AtomicLong requests = new AtomicLong();

    HostilePeer(Random chance) {
        this.chance = chance;
        try {
            server = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    long requests() {
        return requests.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                threads.execute(() -> serve(socket));
            } catch (IOException | RejectedExecutionException over) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setSoTimeout((int) HANG_MILLIS);
            String line = firstLine(socket.getInputStream());
            requests.incrementAndGet();
            OutputStream out = socket.getOutputStream();
            if (line.contains("/events")) {
                stream(out);
            } else {
                answer(out, line);
            }
            out.flush();
        } catch (IOException | InterruptedException left) {
            return;
        }
    }

    private void answer(OutputStream out, String line) throws IOException, InterruptedException {
        switch (draw(7)) {
            case 0 -> closed.await(HANG_MILLIS, TimeUnit.MILLISECONDS);
            case 1 -> {}
            case 2 -> write(out, "\0\1\2 this is not HTTP\r\n\r\n");
            case 3 -> write(out, "HTTP/1.1 500 No\r\nContent-Length: 100000\r\n\r\nhalf of it");
            case 4 -> write(out, "HTTP/1.1 200 OK\r\nX: " + "x".repeat(MAX_LINE) + "\r\n\r\n{}");
            case 5 ->
                write(
                        out,
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
                                + "[".repeat(MAX_LINE));
            default -> {
                String run = "run_hostile_" + Math.floorMod(line.hashCode(), 10);
                write(
                        out,
                        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
                                + "{\"run\":{\"run_id\":\"" + run
                                + "\",\"status\":\"running\",\"events_url\":\"/v1/runs/" + run
                                + "/events\"}}");
            }
        }
    }

    private void stream(OutputStream out) throws IOException, InterruptedException {
        write(out, STREAM);
        switch (draw(5)) {
            case 0 -> closed.await(HANG_MILLIS, TimeUnit.MILLISECONDS);
            case 1 -> {
                for (int i = 0; i < 64; i++) {
                    write(out, "data: " + "x".repeat(MAX_LINE));
                }
            }
            case 2 -> write(out, "data: {\"event\":\n\ndata: ]\n\n".repeat(1000));
            case 3 -> write(out, (": " + "c".repeat(100) + "\n").repeat(2000));
            default -> write(out, "data: " + Events.envelope("run_of_another", 1) + "\n\n");
        }
    }

    private int draw(int bound) {
        synchronized (chance) {
            return chance.nextInt(bound);
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The request line; the rest of the head is read as far as it has come. */
    private static String firstLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n' && line.length() < MAX_LINE; next = in.read()) {
            line.append((char) next);
        }
        in.skipNBytes(Math.min(in.available(), MAX_LINE));
        return line.toString();
    }

    @Override
    public void close() {
        closed.countDown();
        threads.shutdownNow();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
