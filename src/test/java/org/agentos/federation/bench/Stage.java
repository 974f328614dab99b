package org.agentos.federation.bench;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Http;
import org.agentos.federation.support.RegistryFile;

/** What the works share: the process of the baselines, gateways as they are wanted, and what was asked to be measured. */
final class Stage implements AutoCloseable {
    static final String GATEWAY = "gateway";
    /** The peer that starts runs, read while it has readers. */
    static final String PEER = "stk_bench";

    private static final int BATCH_OF_SETUP = 1_000;

    /** A regular expression over the names of works; for trying one thing. */
    private static final Pattern WORKS = Pattern.compile(System.getProperty("bench.works", ".*"));
    /** A regular expression over {@code gateway} and the baselines' names. */
    private static final Pattern SERVERS = Pattern.compile(System.getProperty("bench.servers", ".*"));

    private final Path directory;
    private final BareProcess bare;
    private int gateways;

    /** @param directory for what the servers write */
    Stage(Path directory) throws IOException {
        this.directory = directory;
        this.bare = new BareProcess(directory);
    }

    static boolean wanted(String work, String server) {
        return WORKS.matcher(work).find() && SERVERS.matcher(server).find();
    }

    /** The process that plays every baseline and the peer. */
    BareProcess bare() {
        return bare;
    }

    /** Another process for baselines, with the first one for its peer. */
    BareProcess freshBare() throws IOException {
        return new BareProcess(directory, bare.url());
    }

    /** The bare server in the part of a peer. */
    Server peer() {
        return bare.as("bare peer");
    }

    static Server server(GatewayProcess gateway) {
        return new Server(
                GATEWAY, gateway.baseUrl(), ProcessHandle.of(gateway.pid()).orElseThrow());
    }

    /** A gateway with an empty index; null when none of the works wants one. */
    GatewayProcess gatewayFor(String... works) throws IOException {
        return Arrays.stream(works).anyMatch(work -> wanted(work, GATEWAY)) ? gateway(0) : null;
    }

    GatewayProcess gateway(int indexEntries) throws IOException {
        return gateway(indexEntries, registry("on-demand"), Map.of());
    }

    /** A gateway with an empty index. */
    GatewayProcess gateway(RegistryFile peers, Map<String, String> settings) throws IOException {
        return gateway(0, peers, settings);
    }

    private GatewayProcess gateway(int indexEntries, RegistryFile peers, Map<String, String> settings)
            throws IOException {
        Path home = Files.createDirectories(directory.resolve("gateway-" + gateways++));
        Map<String, String> environment = new HashMap<>(settings);
        environment.put(
                "AGENTOS_PEERS_FILE", peers.writeTo(home.resolve("peers.json")).toString());
        if (indexEntries > 0) {
            Path index = IndexFile.write(home.resolve("forward-index.json"), indexEntries, PEER, bare.url());
            environment.put("AGENTOS_FED_FORWARD_INDEX_FILE", index.toString());
        }
        return GatewayProcess.start(home, environment);
    }

    /** Peers, of which the first is the bare server; a work may add others. */
    RegistryFile registry(String mirrorMode) {
        return new RegistryFile().peer(PEER, bare.url(), mirror(mirrorMode));
    }

    static Map<String, Object> mirror(String mode) {
        return Map.of("mirror", Map.of("mode", mode));
    }

    /** Stores a run of so many events. */
    static void store(GatewayProcess gateway, String run, int events) {
        Supplier<Buffer> batches =
                Bodies.batches("/v1/federation/events:ingest", run, Math.min(events, BATCH_OF_SETUP));
        for (int stored = 0; stored < events; stored += BATCH_OF_SETUP) {
            send(gateway, batches.get());
        }
    }

    /** Sends one ready ingest that must be answered 200 with nothing rejected. */
    static void send(GatewayProcess gateway, Buffer request) {
        String text = request.toString();
        String body = text.substring(text.indexOf("\r\n\r\n") + 4);
        var answer = new Http(gateway.baseUrl())
                .post("/v1/federation/events:ingest")
                .tenant(Bodies.TENANT)
                .json(body)
                .send();
        if (answer.status() != 200 || answer.json().get("rejected").asInt() != 0) {
            throw new IllegalStateException(answer.toString());
        }
    }

    /** Forwards a run to the peer and gives its id. */
    static String forwarded(GatewayProcess gateway) {
        return forwarded(gateway, PEER);
    }

    static String forwarded(GatewayProcess gateway, String stackId) {
        return new Http(gateway.baseUrl())
                .post("/v1/federation/runs:forward")
                .tenant(Bodies.TENANT)
                .json(Bodies.forward(stackId))
                .send()
                .json()
                .at("/forwarded/remote_run_id")
                .asText();
    }

    /** Deletes what the servers have written: gigabytes. */
    @Override
    public void close() throws IOException {
        bare.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
