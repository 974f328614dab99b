package org.agentos.federation.bench;

import static org.agentos.federation.bench.Stage.GATEWAY;
import static org.agentos.federation.bench.Stage.wanted;

import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.agentos.federation.support.GatewayProcess;

/**
 * The figures of docs/performance.md: the packaged gateway, its baselines in the same run, one table on standard output
 * and the same as JSON. Argument: the directory for the gateway's data and for the result.
 */
public final class Benchmark implements AutoCloseable {
    private static final int CLIENTS = 16;
    private static final int REPLAYED = 20_000;
    private static final int LAST = 10;

    private static final String REPLAY = "replay of " + REPLAYED + " events";
    private static final String RESUME = "resume of the last " + LAST + ", 1 client";
    private static final String RESUME_MANY = "resume of the last " + LAST + ", " + CLIENTS + " clients";
    private static final String OPEN = "first event of a stream";
    private static final String LIVE = "live, 100 events/s";

    private final Stage stage;
    private final BareProcess bare;
    private final Meter meter = Meter.bySystemProperties();
    private final Report report = new Report();

    private Benchmark(Stage stage) {
        this.stage = stage;
        this.bare = stage.bare();
    }

    public static void main(String[] args) throws Exception {
        Path directory = Files.createDirectories(Path.of(args[0]).toAbsolutePath());
        try (Stage stage = new Stage(Files.createTempDirectory(directory, "run"));
                Benchmark benchmark = new Benchmark(stage)) {
            Meter meter = benchmark.meter;
            Report report = benchmark.report;
            new ForwardWorks(stage, meter, report).measure();
            new DeadPeerWorks(stage, meter, report).measure();
            new HangingPeerWorks(stage, meter, report).measure();
            benchmark.ingest();
            benchmark.streams();
            new CrowdWorks(stage, meter, report).measure();
            new MirrorWorks(stage, meter, report).measure();
            new IdleMirrorWorks(stage, meter, report).measure();
            new RestartWorks(stage, meter, report).measure();
            report.print(directory.resolve("benchmark.json"));
        }
    }

    private void ingest() throws Exception {
        int[][] shapes = {{1, CLIENTS}, {1, 64}, {1, 200}, {10, CLIENTS}, {100, CLIENTS}, {1_000, CLIENTS}};
        String[] works = Arrays.stream(shapes)
                .map(shape -> "ingest, batch " + shape[0] + ", " + shape[1] + " clients")
                .toArray(String[]::new);
        try (GatewayProcess gateway = stage.gatewayFor(works)) {
            for (int i = 0; i < works.length; i++) {
                String work = works[i];
                int[] shape = shapes[i];
                if (gateway != null) {
                    rate(
                            work,
                            Stage.server(gateway),
                            shape[0],
                            shape[1],
                            batches("/v1/federation/events:ingest", shape));
                }
                Exchange.complete(bare.url(), Exchange.closing(Bodies.get("/append/anew")));
                rate(work, bare.as("bare append and sync"), shape[0], shape[1], batches("/append", shape));
            }
        }
    }

    private static IntFunction<Supplier<Buffer>> batches(String path, int[] shape) {
        return n -> Bodies.batches(path, "run_b" + shape[0] + "_c" + shape[1] + "_" + n, shape[0]);
    }

    private void streams() throws Exception {
        String run = "run_replayed";
        String events = "/v1/federation/runs/" + run + "/events";
        Supplier<Buffer> liveEvents = Bodies.batches("/v1/federation/events:ingest", "run_live", 1);
        try (GatewayProcess gateway = stage.gatewayFor(REPLAY, RESUME, RESUME_MANY, OPEN, LIVE)) {
            if (gateway != null) {
                Stage.store(gateway, run, REPLAYED);
                streams(
                        Stage.server(gateway),
                        events + "?follow=false",
                        events + "?follow=false&from_sequence=" + Bodies.sequenceAfter(REPLAYED - LAST),
                        events);
                if (wanted(LIVE, GATEWAY)) {
                    Stage.send(gateway, liveEvents.get());
                }
                live(Stage.server(gateway), "/v1/federation/runs/run_live/events?from=latest", liveEvents);
            }
            streams(bare.as("bare frames"), "/frames?count=" + REPLAYED, "/frames?count=" + LAST, "/frames?count=1");
            live(bare.as("bare append and sync"), "/live/events", Bodies.batches("/live/publish", "run_live", 1));
        }
    }

    private void streams(Server server, String replay, String resume, String open) throws Exception {
        if (wanted(REPLAY, server.name())) {
            report.add(meter.closedLoop(
                    REPLAY,
                    server,
                    "MB/s",
                    stretch -> stretch.bytesPerSecond() / 1e6,
                    1,
                    n -> Bodies.always(Bodies.get(replay))));
        }
        rate(RESUME, server, 1, 1, n -> Bodies.always(Bodies.get(resume)));
        rate(RESUME_MANY, server, 1, CLIENTS, n -> Bodies.always(Bodies.get(resume)));
        timed(meter, OPEN, server, Streams.firstEvent(server.url(), Bodies.get(open)));
    }

    private void live(Server server, String stream, Supplier<Buffer> publish) throws Exception {
        if (wanted(LIVE, server.name())) {
            timed(meter.atLowRate(), LIVE, server, Streams.live(server.url(), stream, publish));
        }
    }

    private void rate(String work, Server server, int eventsEach, int clients, IntFunction<Supplier<Buffer>> requests)
            throws Exception {
        if (wanted(work, server.name())) {
            report.add(meter.closedLoop(
                    work, server, "/s", stretch -> stretch.answersPerSecond() * eventsEach, clients, requests));
        }
    }

    private void timed(Meter metered, String work, Server server, Meter.Work running) throws Exception {
        if (wanted(work, server.name())) {
            report.add(metered.measure(work, server, "ms", Load.Stretch::p50Millis, running));
        }
    }

    @Override
    public void close() {
        meter.close();
    }
}
