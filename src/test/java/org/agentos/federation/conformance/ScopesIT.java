package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.FreePort;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Http;
import org.agentos.federation.support.RegistryFile;
import org.agentos.federation.support.TokenIssuer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every route that asks for a scope, with a token that lacks exactly that one, and with one that has it alone. */
@DisabledIfSystemProperty(named = "federation.base-url", matches = ".+", disabledReason = "starts a process of its own")
class ScopesIT {
    private static final TokenIssuer ISSUER = new TokenIssuer();
    private static final List<String> ALL = List.of(
            "runs:forward",
            "runs:read",
            "runs:cancel",
            "events:read",
            "events:ingest",
            "peers:read",
            "audit:read",
            "metrics:read",
            "platform:admin");

    @TempDir
    static Path directory;

    private static GatewayProcess gateway;
    private static Http http;

    @BeforeAll
    static void start() {
        Path registry = new RegistryFile()
                .peer("stk_b", URI.create("http://127.0.0.1:" + FreePort.find()), Map.of())
                .writeTo(directory.resolve("peers.json"));
        gateway = GatewayProcess.start(
                directory,
                Map.of(
                        "AGENTOS_PEERS_FILE",
                        registry.toString(),
                        "AGENTOS_FED_TICKET_ENABLED",
                        "true",
                        "AGENTOS_METRICS_REQUIRE_AUTH",
                        "1",
                        "AGENTOS_FED_JWT_PUBLIC_KEY",
                        ISSUER.writeTo(directory.resolve("jwks.json")).toString()));
        http = new Http(gateway.baseUrl());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** Of several scopes that do, the first is asked for and all are left out. */
    @ParameterizedTest(name = "{0} {1} asks for {2}")
    @CsvSource({
        "POST, /v1/federation/runs:forward, runs:forward",
        "GET, /v1/federation/runs, runs:read",
        "GET, /v1/federation/runs/run_1, runs:read",
        "POST, /v1/federation/runs/run_1:cancel, runs:cancel",
        "DELETE, /v1/federation/runs/run_1, platform:admin",
        "GET, /v1/federation/runs/run_1/events, events:read",
        "POST, /v1/federation/runs/run_1:ticket, events:read",
        "POST, /v1/federation/events:ingest, events:ingest",
        "GET, /v1/federation/peers, peers:read",
        "GET, /v1/federation/peers/stk_b, peers:read",
        "GET, /v1/federation/forwards, platform:admin",
        "POST, /v1/federation/forwards/f1:settle, platform:admin",
        "GET, /metrics, metrics:read platform:admin"
    })
    void shouldAskForItsScope(String method, String path, String needed) {
        // Given
        List<String> scopes = List.of(needed.split(" "));
        String lacking = ALL.stream().filter(scope -> !scopes.contains(scope)).collect(Collectors.joining(" "));

        // When
        Answer refused = send(method, path, lacking);
        Answer taken = send(method, path, scopes.get(0));

        // Then
        assertThat(refused.status()).as(refused.toString()).isEqualTo(403);
        assertThat(refused.errorCode()).isEqualTo("forbidden");
        assertThat(refused.details().get("reason").asText()).isEqualTo("scope");
        assertThat(refused.header("WWW-Authenticate"))
                .isEqualTo("Bearer error=\"insufficient_scope\", scope=\"" + scopes.get(0) + "\"");
        assertThat(taken.status()).as(taken.toString()).isNotIn(401, 405, 500);
        if (taken.status() == 403) {
            assertThat(taken.details().get("reason").asText()).isNotEqualTo("scope");
        }
    }

    /** The scope is judged before the body, which is none at all here. */
    @ParameterizedTest
    @CsvSource({"/v1/federation/runs:forward", "/v1/federation/events:ingest"})
    void shouldReadNoBodyOfSomebodyItDoesNotKnow(String path) {
        // Given
        String broken = "{".repeat(1000);

        // When
        Answer nobody = http.post(path).json(broken).send();
        Answer forged = http.post(path)
                .header("Authorization", new TokenIssuer().bearer("tnt_a", "p", "events:ingest", Duration.ofHours(1)))
                .json(broken)
                .send();
        Answer known = send("POST", path, String.join(" ", ALL));

        // Then
        assertThat(nobody.status()).isEqualTo(401);
        assertThat(nobody.header("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(forged.status()).isEqualTo(401);
        assertThat(forged.header("WWW-Authenticate")).contains("invalid_token");
        assertThat(known.errorCode()).isEqualTo("invalid_json");
    }

    private static Answer send(String method, String path, String scopes) {
        Http.Call call = http.call(method, path)
                .header("Authorization", ISSUER.bearer("tnt_a", "prn_1", scopes, Duration.ofHours(1)));
        return method.equals("POST") ? call.json("{").send() : call.send();
    }
}
