package org.agentos.federation.bench;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
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
                rate(work, GATEWAY, 1, gateway.baseUrl(), CLIENTS, requests);
            }
        }
        rate(work, "bare answer", 1, bare.url(), CLIENTS, n -> Bodies.always(Bodies.post("/answer", Bodies.forward())));
        rate(work, "bare proxy", 1, bare.url(), CLIENTS, n -> Bodies.always(Bodies.post("/proxy", Bodies.forward())));
    }

    private void ingest() throws Exception {
        if (!WORKS.matcher("ingest, batch").find()) {
            return;
        }
        try (GatewayProcess gateway = SERVERS.matcher(GATEWAY).find() ? gateway(0) : null) {
            int[][] shapes = {{1, CLIENTS}, {1, MANY_CLIENTS}, {10, CLIENTS}, {100, CLIENTS}};
            for (int[] shape : shapes) {
                String work = "ingest, batch " + shape[0] + ", " + shape[1] + " clients";
                if (gateway != null) {
                    rate(
                            work,
                            GATEWAY,
                            shape[0],
                            gateway.baseUrl(),
                            shape[1],
                            batches("/v1/federation/events:ingest", shape));
                }
                rate(work, "bare append and sync", shape[0], bare.url(), shape[1], batches("/append", shape));
            }
        }
    }

    private static IntFunction<Supplier<Buffer>> batches(String path, int[] shape) {
        return n -> Bodies.batches(path, "run_b" + shape[0] + "_c" + shape[1] + "_" + n, shape[0]);
    }

    private void streams() throws Exception {
        String run = "run_replayed";
        String events = "/v1/federation/runs/" + run + "/events";
        try (GatewayProcess gateway = SERVERS.matcher(GATEWAY).find() ? gateway(0) : null) {
            if (gateway != null) {
                store(gateway, run);
                streams(
                        GATEWAY,
                        gateway.baseUrl(),
                        events + "?follow=false",
                        events + "?follow=false&from_sequence=" + Bodies.sequenceAfter(REPLAYED - LAST),
                        events);
                live(
                        GATEWAY,
                        gateway.baseUrl(),
                        "/v1/federation/runs/run_live/events?from=latest",
                        Bodies.batches("/v1/federation/events:ingest", "run_live", 1));
            }
            streams("bare frames", bare.url(), "/frames?count=" + REPLAYED, "/frames?count=" + LAST, "/frames?count=1");
            live("bare append and sync", bare.url(), "/live/events", Bodies.batches("/live/publish", "run_live", 1));
        }
    }

    private void streams(String server, URI url, String replay, String resume, String open) throws Exception {
        String work = "replay of " + REPLAYED + " events";
        if (wanted(work, server)) {
            report.add(meter.closedLoop(
                    work,
                    server,
                    "MB/s",
                    stretch -> stretch.bytesPerSecond() / 1e6,
                    url,
                    1,
                    n -> Bodies.always(Bodies.get(replay))));
        }
        rate("resume of the last " + LAST + ", 1 client", server, 1, url, 1, n -> Bodies.always(Bodies.get(resume)));
        rate(
                "resume of the last " + LAST + ", " + CLIENTS + " clients",
                server,
                1,
                url,
                CLIENTS,
                n -> Bodies.always(Bodies.get(resume)));
        timed("first event of a stream", server, Streams.firstEvent(url, Bodies.get(open)));
    }

    private void live(String server, URI url, String stream, Supplier<Buffer> publish) throws Exception {
        String work = "live, 100 events/s";
        if (wanted(work, server)) {
            if (server.equals(GATEWAY)) {
                send(url, publish.get());
            }
            timed(work, server, Streams.live(url, stream, publish));
        }
    }

    private void rate(
            String work, String server, int eventsEach, URI url, int clients, IntFunction<Supplier<Buffer>> requests)
            throws Exception {
        if (wanted(work, server)) {
            report.add(meter.closedLoop(
                    work, server, "/s", stretch -> stretch.answersPerSecond() * eventsEach, url, clients, requests));
        }
    }

    private void timed(String work, String server, Meter.Work running) throws Exception {
        if (wanted(work, server)) {
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
