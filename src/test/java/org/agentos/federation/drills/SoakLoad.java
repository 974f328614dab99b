package org.agentos.federation.drills;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agentos.federation.drills.Calls.Got;

/**
 * Mixed load at a steady pace that leaves nothing behind which may grow: runs end after some thousand events, forwards repeat
 * their keys after a while. Among the clients are some that never read and some that leave in the middle.
 */
final class SoakLoad {
    private static final int EVENTS_A_RUN = 2_000;
    private static final int BATCH = 10;
    private static final int STALLED = 20;
    private static final int KEYS = 300;
    private static final int HOSTILE_KEYS = 40;
    private static final Duration PUSH_PAUSE = Duration.ofMillis(10);
    private static final Duration FORWARD_PAUSE = Duration.ofMillis(50);

    private final Calls calls;
    private final URI gateway;
    private final String prefix;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicLong read = new AtomicLong();
    private volatile boolean over;
    private volatile String newestRun = "";

    SoakLoad(URI gateway, Calls calls, String prefix) {
        this.gateway = gateway;
        this.calls = calls;
        this.prefix = prefix;
    }

    long events() {
        return events.get();
    }

    long forwardAnswers() {
        return answers.get();
    }

    long bytesRead() {
        return read.get();
    }

    void begin() {
        over = false;
        for (int i = 0; i < 4; i++) {
            int pusher = i;
            start(() -> push(prefix + "_" + pusher));
        }
        for (int i = 0; i < 6; i++) {
            start(() -> read(Long.MAX_VALUE));
        }
        for (int i = 0; i < 2; i++) {
            start(() -> read(5_000));
        }
        for (int i = 0; i < STALLED; i++) {
            start(this::stall);
        }
        start(() -> forward(Load.REGION, KEYS));
        start(() -> forward("hostile", HOSTILE_KEYS));
    }

    void end() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.interrupt();
            thread.join();
        }
        threads.clear();
    }

    private interface Work {
        void once() throws IOException;
    }

    private void start(Work work) {
        Thread thread = new Thread(() -> {
            while (!over) {
                try {
                    work.once();
                } catch (IOException refusedOrCut) {
                    LockSupport.parkNanos(PUSH_PAUSE.toNanos());
                }
            }
        });
        threads.add(thread);
        thread.start();
    }

    private void push(String name) throws IOException {
        String run = name + "_" + events.get() + "_" + System.nanoTime();
        newestRun = run;
        for (long next = 1; next <= EVENTS_A_RUN && !over; next += BATCH) {
            List<String> batch = new ArrayList<>(Events.envelopes(run, next, next + BATCH - 2));
            boolean last = next + BATCH > EVENTS_A_RUN;
            batch.add(
                    Events.envelope(run, next + BATCH - 1, last ? "agentos.run.completed" : "agentos.step.completed"));
            Got got = calls.ingest(batch);
            events.addAndGet(got.status() == 200 ? BATCH : 0);
            LockSupport.parkNanos(PUSH_PAUSE.toNanos());
        }
    }

    /** Reads the newest run to its end, or leaves after so many bytes. */
    private void read(long bytes) throws IOException {
        byte[] piece = new byte[8192];
        long left = bytes;
        try (InputStream stream = calls.stream(newestRun, "")) {
            for (int n = stream.read(piece); n >= 0 && left > 0 && !over; n = stream.read(piece)) {
                left -= n;
                read.addAndGet(n);
            }
        }
    }

    /** Asks for a stream with the smallest buffer there is and never reads it, until the gateway gives up. */
    private void stall() throws IOException {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.setSoTimeout(1000);
            socket.connect(new InetSocketAddress(gateway.getHost(), gateway.getPort()));
            socket.getOutputStream()
                    .write(("GET /v1/federation/runs/" + newestRun + "/events HTTP/1.1\r\nHost: x\r\nX-Tenant-Id: "
                                    + Events.TENANT + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 100 && !over; i++) {
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
        }
    }

    private void forward(String region, int keys) throws IOException {
        for (int i = 0; i < keys && !over; i++) {
            Got got = calls.forward(Events.forward(region, prefix + "_key_" + i));
            answers.addAndGet(got.status() > 0 ? 1 : 0);
            LockSupport.parkNanos(FORWARD_PAUSE.toNanos());
        }
    }
}
