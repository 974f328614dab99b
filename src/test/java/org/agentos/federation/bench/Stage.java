package org.agentos.federation.bench;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Http;
import org.agentos.federation.support.RegistryFile;

/** What the works share: the process of the baselines, gateways as they are wanted, and what was asked to be measured. */
final class Stage implements AutoCloseable {
    static final String GATEWAY = "gateway";
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

    /** Another process for baselines, with nothing behind it. */
    BareProcess freshBare() throws IOException {
        return new BareProcess(directory);
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
        return new Http(gateway.baseUrl())
                .post("/v1/federation/runs:forward")
                .tenant(Bodies.TENANT)
                .json(Bodies.forward())
                .send()
                .json()
                .at("/forwarded/remote_run_id")
                .asText();
    }

    @Override
    public void close() {
        bare.close();
    }
}
