package org.agentos.federation.bench;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.agentos.federation.support.SseClient;
import org.agentos.federation.support.SseFrame;

/** Works on event streams that a closed loop of whole answers cannot time. */
final class Streams {
    private static final byte[] FIRST_EVENT = "event: agentos.event".getBytes(StandardCharsets.US_ASCII);
    private static final int EVENTS_PER_SECOND = 100;
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);

    private Streams() {}

    /** Opens the stream again and again, on a new connection each time, until its first event has arrived. */
    static Meter.Work firstEvent(URI server, Buffer request) {
        return time -> {
            Histogram nanos = new Histogram(LONGEST_NANOS, 3);
            long begun = System.nanoTime();
            while (System.nanoTime() - begun < time.toNanos()) {
                nanos.recordValue(openUntilFirstEvent(server, request.getBytes()));
            }
            return new Load.Stretch(nanos.getTotalCount() / seconds(begun), 0, nanos);
        };
    }

    @SuppressWarnings("AddressSelection") // a loopback address, no name look-up
    private static long openUntilFirstEvent(URI server, byte[] request) throws IOException {
        long begun = System.nanoTime();
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(request);
            InputStream in = socket.getInputStream();
            int matched = 0;
            while (matched < FIRST_EVENT.length) {
                byte[] bytes = new byte[8192];
                int n = in.read(bytes);
                if (n < 0) {
                    throw new IOException("the stream ended before its first event");
                }
                for (int i = 0; i < n && matched < FIRST_EVENT.length; i++) {
                    matched = bytes[i] == FIRST_EVENT[matched] ? matched + 1 : bytes[i] == FIRST_EVENT[0] ? 1 : 0;
                }
            }
            return System.nanoTime() - begun;
        }
    }

    /** Sends events at a steady pace and times each from its sending to its arrival on a stream that is open. */
    static Meter.Work live(URI server, String streamPath, Supplier<Buffer> publish) {
        return time -> {
            try (SseClient stream = SseClient.open(server, streamPath, "X-Tenant-Id", Bodies.TENANT)) {
                stream.await("the first frame", client -> !client.frames().isEmpty());
                int before = stream.frames("agentos.event").size();
                List<Long> sent = sendPaced(server, publish, time);
                List<SseFrame> frames = stream.await("agentos.event", before + sent.size());
                Histogram nanos = new Histogram(LONGEST_NANOS, 3);
                for (int i = 0; i < sent.size(); i++) {
                    nanos.recordValue(frames.get(before + i).arrivedNanos() - sent.get(i));
                }
                return new Load.Stretch(EVENTS_PER_SECOND, 0, nanos);
            }
        };
    }

    @SuppressWarnings("AddressSelection") // a loopback address, no name look-up
    private static List<Long> sendPaced(URI server, Supplier<Buffer> publish, Duration time) throws IOException {
        List<Long> sent = new ArrayList<>();
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setTcpNoDelay(true);
            byte[] answer = new byte[8192];
            long next = System.nanoTime();
            for (long i = time.toSeconds() * EVENTS_PER_SECOND; i > 0; i--) {
                LockSupport.parkNanos(next - System.nanoTime());
                next += 1_000_000_000L / EVENTS_PER_SECOND;
                byte[] request = publish.get().getBytes();
                sent.add(System.nanoTime());
                socket.getOutputStream().write(request);
                if (socket.getInputStream().read(answer) < 0) {
                    throw new IOException("the server closed the connection");
                }
            }
        }
        return sent;
    }

    private static double seconds(long begunNanos) {
        return (System.nanoTime() - begunNanos) / 1e9;
    }
}
