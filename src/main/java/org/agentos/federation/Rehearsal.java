package org.agentos.federation;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.agentos.federation.routes.RouteFolders;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.SettingsLoader;

/**
 * Starts the gateway once on throw-away data, forwards a run, takes an event in and reads it, and stops: all that a JVM
 * needs to see to write down the classes of it. It takes the application's own routes and no extensions, which may reach
 * out, and none of the operator's settings.
 */
final class Rehearsal {
    private static final String HOST = "127.0.0.1";
    private static final int PATIENCE_MILLIS = 20_000;

    private static final String REGISTRY = """
            {"local": {"stack_id": "stk_rehearsal"},
             "peers": [{"stack_id": "stk_demo",
                        "endpoints": {"agent-orchestrator_base_url": "http://127.0.0.1:{{federation.http.port}}/demo"}}]}
            """;
    private static final String FORWARD = """
            {"forward": {"target_selector": {"stack_id": "stk_demo"}, "auth": {"tenant_id": "tnt_rehearsal"},
                         "run_request": {"agent_id": "agt_rehearsal", "idempotency_key": "rehearsal"}}}
            """;
    private static final String EVENTS = """
            {"peer_id": "stk_demo", "auth": {"tenant_id": "tnt_rehearsal"},
             "events": [{"event": {"event_id": "1", "run_id": "run_rehearsal", "sequence": 1, "type": "agentos.run.queued"}}]}
            """;

    private final Path routes;

    /** @param home the application's folder */
    Rehearsal(Path home) {
        this.routes = home.resolve("routes");
    }

    /**
     * Does it all.
     *
     * @throws IOException when a request was not answered with success
     * @throws org.agentos.federation.settings.StartupException when the gateway does not start
     */
    void play() throws IOException {
        Path stage = Files.createTempDirectory("federation-rehearsal");
        try {
            copyRoutes(stage.resolve("routes"));
            Files.createFile(Files.createDirectory(stage.resolve("config")).resolve("application.properties"));
            Settings settings = SettingsLoader.load(stage, environment(stage, freePort()));
            try (Gateway gateway = Gateway.start(settings)) {
                request(gateway, "/v1/federation/health", "");
                request(gateway, "/v1/federation/runs:forward", FORWARD);
                request(gateway, "/v1/federation/events:ingest", EVENTS);
                request(gateway, "/v1/federation/runs/run_rehearsal/events?follow=false", "");
            }
        } finally {
            MoreFiles.deleteRecursively(stage, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private void copyRoutes(Path target) throws IOException {
        try (Stream<Path> files = Files.walk(routes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path name = routes.relativize(file);
                if (!name.startsWith(RouteFolders.EXTENSIONS)) {
                    Path copy = target.resolve(name);
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
    }

    private static Map<String, String> environment(Path stage, int port) throws IOException {
        Path registry = Files.writeString(stage.resolve("peers.json"), REGISTRY);
        return Map.of(
                "AGENTOS_DEFAULT_TENANT",
                "tnt_rehearsal",
                "AGENTOS_PEERS_FILE",
                registry.toString(),
                "AGENTOS_FED_HTTP_HOST",
                HOST,
                "AGENTOS_FED_HTTP_PORT",
                Integer.toString(port),
                "AGENTOS_FED_DATA_DIR",
                stage.resolve("data").toString(),
                "AGENTOS_AUDIT_SINK",
                "file:" + stage.resolve("audit.log"),
                "AGENTOS_FED_RELOAD_INTERVAL",
                "0s");
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }

    private static void request(Gateway gateway, String path, String body) throws IOException {
        HttpURLConnection call =
                (HttpURLConnection) URI.create(gateway.address() + path).toURL().openConnection();
        call.setConnectTimeout(PATIENCE_MILLIS);
        call.setReadTimeout(PATIENCE_MILLIS);
        if (!body.isEmpty()) {
            call.setDoOutput(true);
            call.setRequestProperty("Content-Type", "application/json");
            call.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        }
        try (InputStream answer = call.getInputStream()) {
            answer.readAllBytes();
        }
    }
}
