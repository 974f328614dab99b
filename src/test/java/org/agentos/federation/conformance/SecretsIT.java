package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Http;
import org.agentos.federation.support.PeerRequest;
import org.agentos.federation.support.RegistryFile;
import org.agentos.federation.support.Reply;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.ScriptedPeer.On;
import org.agentos.federation.support.TokenIssuer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** No token and no key is found in what the gateway prints, keeps or answers, whatever was asked of it. */
@DisabledIfSystemProperty(named = "federation.base-url", matches = ".+", disabledReason = "starts a process of its own")
class SecretsIT {
    private static final TokenIssuer ISSUER = new TokenIssuer();
    private static final String SCOPES =
            "runs:forward runs:read runs:cancel events:read events:ingest peers:read platform:admin metrics:read";

    @TempDir
    Path directory;

    private final Map<String, ScriptedPeer> peers = new LinkedHashMap<>();
    private final List<String> secrets = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();

    @Test
    void shouldKeepSecretsToItself() throws Exception {
        // Given
        Path inputs = Files.createDirectory(directory.resolve("inputs"));
        Path work = Files.createDirectory(directory.resolve("work"));
        Path key = ownKey(inputs.resolve("own-key.pem"));
        String caller = secret(ISSUER.bearer(Sample.TENANT, "prn_1", SCOPES, Duration.ofHours(1)));
        String weak = secret(ISSUER.bearer(Sample.TENANT, "prn_1", "nothing:much", Duration.ofHours(1)));
        String expired = secret(ISSUER.bearer(Sample.TENANT, "prn_1", SCOPES, Duration.ofHours(-1)));
        String forged = secret(new TokenIssuer().bearer(Sample.TENANT, "prn_1", SCOPES, Duration.ofHours(1)));
        String opaque = secret("Bearer marker-of-an-opaque-token");

        try (GatewayProcess gateway = GatewayProcess.start(
                work,
                Map.of(
                        "AGENTOS_PEERS_FILE", registry(inputs).toString(),
                        "AGENTOS_METRICS_REQUIRE_AUTH", "1",
                        "AGENTOS_FED_OWN_TOKEN_KEY_FILE", key.toString(),
                        "AGENTOS_FED_JWT_PUBLIC_KEY",
                                ISSUER.writeTo(inputs.resolve("jwks.json")).toString()))) {
            Http http = new Http(gateway.baseUrl());

            // When
            for (String authorization : List.of(caller, weak, expired, forged, opaque)) {
                askEverything(http, authorization);
            }
            peers.values().forEach(peer -> await().atMost(Duration.ofSeconds(60))
                    .until(() -> !peer.requests(On.EVENTS).isEmpty()));
            ownTokens();
            gateway.stop();

            // Then
            assertThat(secrets).hasSizeGreaterThan(15);
            assertHoldsNone("output", gateway.output());
            answers.forEach(answer ->
                    assertHoldsNone(answer.toString(), answer.headers().map() + answer.text()));
            for (Path file : files(work)) {
                assertHoldsNone(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        } finally {
            peers.values().forEach(ScriptedPeer::close);
        }
    }

    /** Forwards that go well, that are refused by a peer which repeats what it was sent, and that end in doubt. */
    private void askEverything(Http http, String authorization) {
        for (Map.Entry<String, ScriptedPeer> peer : peers.entrySet()) {
            String stackId = peer.getKey();
            Answer started = send(
                    http.post("/v1/federation/runs:forward").json(Sample.forward(stackId, Sample.key())),
                    authorization);
            String run = "/v1/federation/runs/"
                    + (started.status() == 200
                            ? started.json().at("/forwarded/remote_run_id").asText()
                            : "run_none");
            peer.getValue().script(On.RUN_CREATE, echo(400));
            send(http.post("/v1/federation/runs:forward").json(Sample.forward(stackId, Sample.key())), authorization);
            peer.getValue().script(On.RUN_CREATE, echo(200), echo(200), echo(200));
            send(http.post("/v1/federation/runs:forward").json(Sample.forward(stackId, Sample.key())), authorization);
            peer.getValue().script(On.RUN_CREATE);
            send(http.get(run), authorization);
            send(http.get(run + "/events?follow=false"), authorization);
            send(http.post(run + ":cancel"), authorization);
        }
        send(http.get("/v1/federation/runs"), authorization);
        send(http.get("/v1/federation/peers"), authorization);
        send(http.get("/v1/federation/forwards"), authorization);
        send(http.get("/metrics"), authorization);
        send(http.post("/v1/federation/events:ingest").json("{"), authorization);
        send(
                http.post("/v1/federation/events:ingest").json(Sample.batch("stk_x", Sample.envelope("run_9", 1))),
                authorization);
        send(http.get("/nowhere"), authorization);
        answers.add(http.get("/.well-known/jwks.json").send());
    }

    private Answer send(Http.Call call, String authorization) {
        Answer answer = call.header("Authorization", authorization).send();
        answers.add(answer);
        return answer;
    }

    private static Reply echo(int status) {
        return (request, connection) -> connection.answer(
                status,
                "application/json",
                "{\"error\":{\"code\":\"odd\",\"message\":\"sent: " + request.header("Authorization") + "\"}}");
    }

    /** What peers were sent beside callers' tokens. */
    private void ownTokens() {
        peers.values().stream()
                .flatMap(peer -> peer.requests().stream())
                .filter(request -> request.has("Authorization"))
                .map((PeerRequest request) -> request.header("Authorization"))
                .distinct()
                .filter(sent -> !secrets.contains(sent.substring("Bearer ".length())))
                .forEach(this::secret);
    }

    private Path registry(Path inputs) {
        RegistryFile registry = new RegistryFile();
        for (String token : List.of("own", "caller")) {
            ScriptedPeer peer = new ScriptedPeer();
            peers.put("stk_" + token, peer);
            registry.peer(
                    "stk_" + token,
                    peer.baseUrl(),
                    Map.of(
                            "auth", Map.of("token", token),
                            "federation_base_url", peer.baseUrl().toString(),
                            "redelivery", Map.of("max_attempts", 1)));
        }
        return registry.writeTo(inputs.resolve("peers.json"));
    }

    private Path ownKey(Path file) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
        secrets.addAll(List.of(body.split("\n")));
        return Files.writeString(file, "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
    }

    /** The whole of it and its parts: a signature without its head would do harm as well. */
    private String secret(String authorization) {
        String token = authorization.substring("Bearer ".length());
        secrets.add(token);
        String[] parts = token.split("\\.", -1);
        if (parts.length == 3) {
            secrets.add(parts[1]);
            secrets.add(parts[2]);
        }
        return authorization;
    }

    private void assertHoldsNone(String where, String text) {
        secrets.forEach(secret -> assertThat(text.contains(secret)).as(where).isFalse());
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
