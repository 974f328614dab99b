package org.agentos.federation.bench;

import static org.agentos.federation.bench.Stage.GATEWAY;
import static org.agentos.federation.bench.Stage.wanted;

import com.sun.management.UnixOperatingSystemMXBean;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.agentos.federation.support.GatewayProcess;

/** Works of many streams at a time: one event to all, what idle ones cost, what is left of those whose clients left. */
final class CrowdWorks {
    private static final String BARE = "bare streams";
    private static final String BARE_APPEND = "bare append and sync";
    private static final int[] CROWDS = {1_000, 5_000};
    private static final int LEAVING = 200;
    private static final int IDLE_RUNS = 100;
    /** Opened and left before what idle streams cost is looked at, so that no class is loaded for them then. */
    private static final int IDLE_WARM_UP = 500;
    /** Files that this process needs beside its sockets. */
    private static final int OTHER_FILES = 200;

    private static final int IDLE = mayOpen(10_000) ? 10_000 : 5_000;
    private static final String IDLE_WORK = String.format(Locale.ROOT, "%,d idle streams", IDLE);
    private static final String LEAVE_WORK = LEAVING + " clients leave";
    private static final String INGEST = "/v1/federation/events:ingest";

    private final Stage stage;
    private final Meter meter;
    private final Report report;

    CrowdWorks(Stage stage, Meter meter, Report report) {
        this.stage = stage;
        this.meter = meter;
        this.report = report;
    }

    void measure() throws Exception {
        for (int readers : CROWDS) {
            fanOut(String.format(Locale.ROOT, "one event to %,d readers", readers), readers);
        }
        idle();
        leave();
    }

    private void fanOut(String work, int readers) throws Exception {
        try (GatewayProcess gateway = stage.gatewayFor(work)) {
            if (gateway != null) {
                Supplier<Buffer> events = Bodies.batches(INGEST, "run_crowd", 1);
                Stage.send(gateway, events.get());
                fanOut(work, Stage.server(gateway), readers, events("run_crowd"), events);
            }
        }
        fanOut(
                work,
                stage.bare().as(BARE_APPEND),
                readers,
                "/live/events",
                Bodies.batches("/live/publish", "run_crowd", 1));
    }

    private void fanOut(String work, Server server, int readers, String stream, Supplier<Buffer> events)
            throws Exception {
        if (wanted(work, server.name())) {
            byte[] request = Bodies.get(stream).getBytes();
            try (Crowd crowd = Crowd.open(server.url(), readers, n -> request)) {
                report.add(meter.measure(
                        work,
                        server,
                        "ms",
                        Load.Stretch::p50Millis,
                        time -> fanOut(crowd, server.url(), events, time)));
            }
        }
    }

    /** One event after the other, each timed from its sending to its arrival at the last reader. */
    @SuppressWarnings("AddressSelection") // a loopback address, no name look-up
    private static Load.Stretch fanOut(Crowd crowd, URI server, Supplier<Buffer> events, Duration time)
            throws IOException {
        Histogram nanos = new Histogram(TimeUnit.SECONDS.toNanos(60), 3);
        byte[] answer = new byte[8192];
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setTcpNoDelay(true);
            long begun = System.nanoTime();
            do {
                byte[] request = events.get().getBytes();
                long sent = System.nanoTime();
                socket.getOutputStream().write(request);
                crowd.awaitAll(Bodies.EVENT_BYTES);
                nanos.recordValue(System.nanoTime() - sent);
                if (socket.getInputStream().read(answer) < 0) {
                    throw new IOException("the server closed the connection");
                }
            } while (System.nanoTime() - begun < time.toNanos());
            return new Load.Stretch(nanos.getTotalCount() / (double) time.toSeconds(), 0, nanos);
        }
    }

    private void idle() throws Exception {
        if (wanted(IDLE_WORK, GATEWAY)) {
            try (GatewayProcess gateway = stage.gateway(0)) {
                for (int run = 0; run < IDLE_RUNS; run++) {
                    Stage.store(gateway, "run_idle_" + run, 1);
                }
                Server server = Stage.server(gateway);
                idle(server, ServerCount.ofGateway(server), n -> events("run_idle_" + n % IDLE_RUNS));
            }
        }
        if (wanted(IDLE_WORK, BARE)) {
            try (BareProcess fresh = stage.freshBare()) {
                Server server = fresh.as(BARE);
                idle(server, ServerCount.of(server, "/live/count"), n -> "/live/events");
            }
        }
    }

    private void idle(Server server, ServerCount open, IntFunction<String> path) throws Exception {
        System.err.println(IDLE_WORK + ", " + server.name());
        IntFunction<byte[]> request = n -> Bodies.get(path.apply(n)).getBytes();
        Crowd.open(server.url(), IDLE_WARM_UP, request).close();
        open.await(0);
        Footprint before = Footprint.of(server.process());
        try (Crowd crowd = Crowd.open(server.url(), IDLE, request)) {
            open.await(IDLE);
            Footprint after = Footprint.of(server.process());
            each("live heap", server, after.liveBytes() - before.liveBytes());
            each("resident memory", server, after.residentBytes() - before.residentBytes());
            report.add(Figure.counted(IDLE_WORK + ", threads", server, "threads", (double) after.threads()));
        }
    }

    private void each(String what, Server server, long bytes) {
        report.add(Figure.counted(IDLE_WORK + ", " + what + " of each", server, "B", (double) bytes / IDLE));
    }

    private void leave() throws Exception {
        if (wanted(LEAVE_WORK, GATEWAY)) {
            try (GatewayProcess gateway = stage.gateway(0)) {
                Server server = Stage.server(gateway);
                ServerCount upstream = ServerCount.of(stage.bare().as(BARE), "/upstream/count");
                leave(server, ServerCount.ofGateway(server), upstream, n -> events(Stage.forwarded(gateway)));
            }
        }
        if (wanted(LEAVE_WORK, BARE)) {
            Server server = stage.bare().as(BARE);
            ServerCount open = ServerCount.of(server, "/live/count");
            leave(server, open, open, n -> "/live/events");
        }
    }

    /** How many are open a second after all have left, of the clients' streams and of those they made the server open. */
    private void leave(Server server, ServerCount streams, ServerCount upstream, IntFunction<String> path)
            throws Exception {
        System.err.println(LEAVE_WORK + ", " + server.name());
        double[] left = new double[meter.repetitions()];
        double[] leftUpstream = new double[left.length];
        for (int i = 0; i < left.length; i++) {
            try (Crowd crowd = Crowd.open(
                    server.url(), LEAVING, n -> Bodies.get(path.apply(n)).getBytes())) {
                streams.await(LEAVING);
                upstream.await(LEAVING);
            }
            TimeUnit.SECONDS.sleep(1);
            left[i] = streams.now();
            leftUpstream[i] = upstream.now();
            streams.await(0);
            upstream.await(0);
        }
        report.add(Figure.counted(LEAVE_WORK + ", streams open after 1 s", server, "streams", left));
        report.add(Figure.counted(LEAVE_WORK + ", upstream streams open after 1 s", server, "streams", leftUpstream));
    }

    private static String events(String run) {
        return "/v1/federation/runs/" + run + "/events?from=latest";
    }

    private static boolean mayOpen(int sockets) {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                && unix.getMaxFileDescriptorCount() >= sockets + OTHER_FILES;
    }
}
