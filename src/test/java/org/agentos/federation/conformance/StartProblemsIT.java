package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.agentos.federation.support.FreePort;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.RegistryFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

@DisabledIfSystemProperty(named = "federation.base-url", matches = ".+", disabledReason = "starts processes of its own")
class StartProblemsIT {
    @TempDir
    Path directory;

    @Test
    void shouldNameEveryBadValueAtOnce() {
        // When
        GatewayProcess.Ended ended = run(Map.of(
                "AGENTOS_PEERS_FILE", directory.resolve("missing.json").toString(),
                "AGENTOS_FED_FORWARD_MAX_ATTEMPTS", "many",
                "AGENTOS_FED_FORWARD_BASE_BACKOFF_MS", "-5",
                "AGENTOS_METRICS_REQUIRE_AUTH", "perhaps",
                "AGENTOS_AUDIT_SINK", "carrier-pigeon",
                "AGENTOS_FED_REQUIRE_MTLS", "true",
                "AGENTOS_FED_CLIENT_CERT", directory.resolve("client.pem").toString()));

        // Then
        assertThat(ended.exitCode()).isNotZero();
        assertThat(ended.output())
                .contains(
                        "AGENTOS_PEERS_FILE",
                        "AGENTOS_FED_FORWARD_MAX_ATTEMPTS",
                        "AGENTOS_FED_FORWARD_BASE_BACKOFF_MS",
                        "AGENTOS_METRICS_REQUIRE_AUTH",
                        "AGENTOS_AUDIT_SINK",
                        "AGENTOS_FED_SERVER_CERT",
                        "AGENTOS_FED_CLIENT_CERT",
                        "AGENTOS_FED_CLIENT_KEY")
                .doesNotContain("\tat ");
    }

    @Test
    void shouldNameWhatAProductionStartNeeds() {
        // When
        GatewayProcess.Ended ended = run(Map.of("AGENTOS_PROFILE", "prod", "AGENTOS_DEFAULT_TENANT", "tnt_demo"));

        // Then
        assertThat(ended.exitCode()).isNotZero();
        assertThat(ended.output())
                .contains(
                        "AGENTOS_FED_JWT_PUBLIC_KEY",
                        "AGENTOS_METRICS_REQUIRE_AUTH",
                        "AGENTOS_PEERS_FILE",
                        "AGENTOS_DEFAULT_TENANT");
    }

    @Test
    void shouldNameWhatIsWrongInTheRegistry() throws IOException {
        // Given
        Path peers = new RegistryFile()
                .peer("stk_twice", URI.create("http://127.0.0.1:9"), Map.of())
                .peer("stk_twice", URI.create("http://127.0.0.1:9"), Map.of())
                .peer("stk_odd", URI.create("ftp://127.0.0.1:9"), Map.of("no_such_member", 1))
                .writeTo(directory.resolve("peers.json"));

        // When
        GatewayProcess.Ended ended = run(Map.of("AGENTOS_PEERS_FILE", peers.toString()));

        // Then
        assertThat(ended.exitCode()).isNotZero();
        assertThat(ended.output())
                .contains(
                        "AGENTOS_PEERS_FILE",
                        "peers[1].stack_id \"stk_twice\"",
                        "peers[2].endpoints.agent-orchestrator_base_url",
                        "peers[2].no_such_member");
        assertThat(Files.exists(peers)).isTrue();
    }

    @Test
    void shouldNotStartOnAPortThatIsTaken() throws IOException {
        // Given
        try (ServerSocket taken = FreePort.open()) {
            String port = Integer.toString(taken.getLocalPort());

            // When
            GatewayProcess.Ended ended = run(Map.of("AGENTOS_FED_HTTP_PORT", port));

            // Then
            assertThat(ended.exitCode()).isNotZero();
            assertThat(ended.output()).contains("AGENTOS_FED_HTTP_PORT", "127.0.0.1:" + port);
        }
    }

    @Test
    void shouldTakeAnEmptyValueForNotSet() {
        // When
        Map<String, String> empty = Map.of("AGENTOS_FED_FORWARD_MAX_ATTEMPTS", "", "AGENTOS_FED_CA_CERT", "");
        try (GatewayProcess gateway = GatewayProcess.start(directory, empty)) {

            // Then
            assertThat(gateway.stop()).isZero();
        }
    }

    private GatewayProcess.Ended run(Map<String, String> environment) {
        return GatewayProcess.runToEnd(directory, environment);
    }
}
