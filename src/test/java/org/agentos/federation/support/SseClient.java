package org.agentos.federation.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * An event stream read to the byte: a thread of its own cuts it into frames as they arrive. A stream's end is clean when
 * the server finished the response, cut when the connection broke before.
 */
public final class SseClient implements AutoCloseable {
    public static final Duration PATIENCE = Duration.ofSeconds(15);

    /** How a stream stands. */
    public enum State {
        OPEN,
        ENDED,
        CUT
    }

    private final String path;
    private final RawGet exchange;
    private final List<SseFrame> frames = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private State state = State.OPEN;
    private int lineStart;

    private SseClient(String path, RawGet exchange) {
        this.path = path;
        this.exchange = exchange;
        Thread reader = new Thread(this::read, "sse-client");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Opens a stream and returns once the head of the answer is there.
     *
     * @param headers names and values in turn
     */
    public static SseClient open(URI base, String path, String... headers) {
        try {
            return new SseClient(path, new RawGet(base, path, PATIENCE, headers));
        } catch (IOException e) {
            throw new UncheckedIOException("GET " + path, e);
        }
    }

    public int status() {
        return exchange.status();
    }

    /** A response header, or the empty string. */
    public String header(String name) {
        return exchange.headers().firstValue(name).orElse("");
    }

    /** The answer as far as it has arrived. */
    public synchronized Answer answer() {
        return new Answer("GET", path, status(), exchange.headers(), bytes.toByteArray());
    }

    public synchronized List<SseFrame> frames() {
        return List.copyOf(frames);
    }

    /** The frames with an {@code event:} of this type. */
    public List<SseFrame> frames(String event) {
        return frames().stream().filter(frame -> frame.is(event)).toList();
    }

    /** Every byte that arrived. */
    public synchronized byte[] bytes() {
        return bytes.toByteArray();
    }

    public synchronized State state() {
        return state;
    }

    /** Waits for so many frames of a type and returns all of that type that are there by then. */
    public List<SseFrame> await(String event, int count) {
        await(count + " of " + event, client -> client.frames(event).size() >= count);
        return frames(event);
    }

    /** Waits for the stream to end, cleanly or not. */
    public State awaitEnd() {
        await("the end", client -> client.state() != State.OPEN);
        return state();
    }

    /** Waits until the condition holds; it is tried again whenever something arrives. */
    public synchronized void await(String what, Predicate<SseClient> condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!condition.test(this)) {
                long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
                if (leftMillis <= 0) {
                    throw new AssertionError("waited in vain for " + what + " (" + state + "): " + answer());
                }
                wait(leftMillis);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void read() {
        byte[] chunk = new byte[64 * 1024];
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (exchange) {
            for (int n = exchange.read(chunk); n >= 0; n = exchange.read(chunk)) {
                take(chunk, n, frame);
            }
            end(State.ENDED);
        } catch (IOException e) {
            end(State.CUT);
        }
    }

    private synchronized void take(byte[] chunk, int length, ByteArrayOutputStream frame) {
        long now = System.nanoTime();
        bytes.write(chunk, 0, length);
        for (int i = 0; i < length; i++) {
            frame.write(chunk[i]);
            if (chunk[i] == '\n' && endsBlock(frame)) {
                frames.add(SseFrame.of(frame.toByteArray(), now));
                frame.reset();
                lineStart = 0;
            }
        }
        notifyAll();
    }

    /** Whether the newline just written closes an empty line. */
    private boolean endsBlock(ByteArrayOutputStream frame) {
        int length = frame.size();
        boolean blank = length - lineStart == 1;
        lineStart = length;
        return blank;
    }

    private synchronized void end(State how) {
        state = how;
        notifyAll();
    }

    /** Leaves, as a client that closes its connection. */
    @Override
    public void close() {
        try {
            exchange.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
