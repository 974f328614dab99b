package org.agentos.federation.bench;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Http;
import org.agentos.federation.support.RegistryFile;

/**
 * The figures of docs/performance.md: the packaged gateway, its baselines in the same run, one table on standard output
 * and the same as JSON. Argument: the directory for the gateway's data and for the result.
 */
public final class Benchmark implements AutoCloseable {
    static final String GATEWAY = "gateway";
    private static final int CLIENTS = 16;
    private static final int MANY_CLIENTS = 200;
    private static final int INDEX_ENTRIES = 100_000;
    private static final int REPLAYED = 20_000;
    private static final int LAST = 10;
    private static final int BATCH_OF_SETUP = 1_000;

    private static final String REPLAY = "replay of " + REPLAYED + " events";
    private static final String RESUME = "resume of the last " + LAST + ", 1 client";
    private static final String RESUME_MANY = "resume of the last " + LAST + ", " + CLIENTS + " clients";
    private static final String OPEN = "first event of a stream";
    private static final String LIVE = "live, 100 events/s";

    /** A regular expression over the names of works; for trying one thing. */
    private static final Pattern WORKS = Pattern.compile(System.getProperty("bench.works", ".*"));
    /** A regular expression over {@code gateway} and the baselines' names. */
    private static final Pattern SERVERS = Pattern.compile(System.getProperty("bench.servers", ".*"));

    private final Path directory;
    private final Meter meter = Meter.bySystemProperties();
    private final Report report = new Report();
    private final BareProcess bare;
    private int gateways;

    private Benchmark(Path directory) throws IOException {
        this.directory = directory;
        this.bare = new BareProcess(directory);
    }

    public static void main(String[] args) throws Exception {
        Path directory = Files.createDirectories(Path.of(args[0]).toAbsolutePath());
        try (Benchmark benchmark = new Benchmark(Files.createTempDirectory(directory, "run"))) {
            benchmark.forward("forward, empty index", 0);
            benchmark.forward("forward, " + INDEX_ENTRIES + " entries", INDEX_ENTRIES);
            benchmark.ingest();
            benchmark.streams();
            benchmark.report.print(directory.resolve("benchmark.json"));
        }
    }

    private void forward(String work, int indexEntries) throws Exception {
        IntFunction<Supplier<Buffer>> requests =
                n -> Bodies.always(Bodies.post("/v1/federation/runs:forward", Bodies.forward()));
        if (wanted(work, GATEWAY)) {
            try (GatewayProcess gateway = gateway(indexEntries)) {
                rate(work, server(gateway), 1, CLIENTS, requests);
            }
        }
        rate(work, bare.as("bare answer"), 1, CLIENTS, n -> Bodies.always(Bodies.post("/answer", Bodies.forward())));
        rate(work, bare.as("bare proxy"), 1, CLIENTS, n -> Bodies.always(Bodies.post("/proxy", Bodies.forward())));
    }

    private void ingest() throws Exception {
        int[][] shapes = {{1, CLIENTS}, {1, MANY_CLIENTS}, {10, CLIENTS}, {100, CLIENTS}};
        String[] works = Arrays.stream(shapes)
                .map(shape -> "ingest, batch " + shape[0] + ", " + shape[1] + " clients")
                .toArray(String[]::new);
        try (GatewayProcess gateway = gatewayFor(works)) {
            for (int i = 0; i < works.length; i++) {
                String work = works[i];
                int[] shape = shapes[i];
                if (gateway != null) {
                    rate(work, server(gateway), shape[0], shape[1], batches("/v1/federation/events:ingest", shape));
                }
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
        try (GatewayProcess gateway = gatewayFor(REPLAY, RESUME, RESUME_MANY, OPEN, LIVE)) {
            if (gateway != null) {
                store(gateway, run);
                streams(
                        server(gateway),
                        events + "?follow=false",
                        events + "?follow=false&from_sequence=" + Bodies.sequenceAfter(REPLAYED - LAST),
                        events);
                live(
                        server(gateway),
                        "/v1/federation/runs/run_live/events?from=latest",
                        Bodies.batches("/v1/federation/events:ingest", "run_live", 1));
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
        timed(OPEN, server, Streams.firstEvent(server.url(), Bodies.get(open)));
    }

    private void live(Server server, String stream, Supplier<Buffer> publish) throws Exception {
        if (wanted(LIVE, server.name())) {
            if (server.name().equals(GATEWAY)) {
                send(server.url(), publish.get());
            }
            timed(LIVE, server, Streams.live(server.url(), stream, publish));
        }
    }

    private void rate(String work, Server server, int eventsEach, int clients, IntFunction<Supplier<Buffer>> requests)
            throws Exception {
        if (wanted(work, server.name())) {
            report.add(meter.closedLoop(
                    work, server, "/s", stretch -> stretch.answersPerSecond() * eventsEach, clients, requests));
        }
    }

    private void timed(String work, Server server, Meter.Work running) throws Exception {
        if (wanted(work, server.name())) {
            report.add(meter.measure(
                    work, server, "ms", stretch -> stretch.nanos().getValueAtPercentile(50) / 1e6, running));
        }
    }

    private static boolean wanted(String work, String server) {
        return WORKS.matcher(work).find() && SERVERS.matcher(server).find();
    }

    private void store(GatewayProcess gateway, String run) throws Exception {
        Supplier<Buffer> batches = Bodies.batches("/v1/federation/events:ingest", run, BATCH_OF_SETUP);
        for (int stored = 0; stored < REPLAYED; stored += BATCH_OF_SETUP) {
            send(gateway.baseUrl(), batches.get());
        }
    }

    /** Sends one ready request that must be answered 200 with nothing failed. */
    private static void send(URI url, Buffer request) {
        String text = request.toString();
        String body = text.substring(text.indexOf("\r\n\r\n") + 4);
        var answer = new Http(url)
                .post("/v1/federation/events:ingest")
                .tenant(Bodies.TENANT)
                .json(body)
                .send();
        if (answer.status() != 200 || answer.json().get("rejected").asInt() != 0) {
            throw new IllegalStateException(answer.toString());
        }
    }

    /** A gateway with an empty index; null when none of the works wants one. */
    private GatewayProcess gatewayFor(String... works) throws IOException {
        return Arrays.stream(works).anyMatch(work -> wanted(work, GATEWAY)) ? gateway(0) : null;
    }

    private static Server server(GatewayProcess gateway) {
        return new Server(
                GATEWAY, gateway.baseUrl(), ProcessHandle.of(gateway.pid()).orElseThrow());
    }

    private GatewayProcess gateway(int indexEntries) throws IOException {
        Path home = Files.createDirectories(directory.resolve("gateway-" + gateways++));
        Path registry = new RegistryFile()
                .peer("stk_bench", bare.url(), Map.of("mirror", Map.of("mode", "on-demand")))
                .writeTo(home.resolve("peers.json"));
        Path index = home.resolve("forward-index.json");
        if (indexEntries > 0) {
            Files.writeString(index, index(indexEntries));
        }
        return GatewayProcess.start(
                home,
                Map.of("AGENTOS_PEERS_FILE", registry.toString(), "AGENTOS_FED_FORWARD_INDEX_FILE", index.toString()));
    }

    /** An index as the reference writes it. */
    private String index(int entries) {
        StringBuilder index = new StringBuilder("[");
        for (int i = 0; i < entries; i++) {
            String run = "run_old_" + i;
            index.append(i == 0 ? "" : ",")
                    .append("{\"tenant_id\":\"" + Bodies.TENANT + "\",\"run_id\":\"" + run
                            + "\",\"remote_stack_id\":\"stk_bench\",\"remote_events_url\":\"" + bare.url() + "/v1/runs/"
                            + run + "/events\"}");
        }
        return index.append(']').toString();
    }

    @Override
    public void close() {
        bare.close();
        meter.close();
    }
}
