package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.GatewayProcess.Ended;
import org.agentos.federation.support.Http;
import org.agentos.federation.support.RegistryFile;
import org.agentos.federation.support.SseClient;
import org.agentos.federation.support.SseFrame;
import org.agentos.federation.support.TokenIssuer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two gateways in prod: the front one, stk_a, calls the back one, stk_b, with tokens of its own, which that verifies by the
 * front's key set. Callers of both have tokens of an identity provider.
 */
@DisabledIfSystemProperty(named = "federation.base-url", matches = ".+", disabledReason = "starts processes of its own")
class PeerTokensIT {
    private static final TokenIssuer PROVIDER = new TokenIssuer();
    private static final String READER =
            PROVIDER.bearer(Sample.TENANT, "prn_1", "runs:read events:read peers:read", Duration.ofHours(1));
    private static final String RUN = Sample.runId();

    @TempDir
    static Path directory;

    /** The front's own, so that what it might sign can be forged. */
    private static ECKey frontKey;

    private static GatewayProcess front;
    private static GatewayProcess back;

    @BeforeAll
    static void start() throws IOException, JOSEException {
        frontKey = new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
        Path backHome = Files.createDirectories(directory.resolve("b"));
        Path frontHome = Files.createDirectories(directory.resolve("a"));
        Path registry = new RegistryFile().writeTo(backHome.resolve("peers.json"));
        back = GatewayProcess.start(
                backHome,
                environment(registry, Map.of("AGENTOS_STACK_ID", "stk_b", "AGENTOS_FED_RELOAD_INTERVAL", "0s")));
        front = startFront(frontHome);
        peersOfBack(registry, front.baseUrl() + "/.well-known/jwks.json");
        assertThat(back.command("reload").exitCode()).isZero();
        front.stop();
        front.start(); // asks its peer anew, which takes its token now
    }

    private static GatewayProcess startFront(Path home) throws IOException, JOSEException {
        Path index = Files.createDirectories(home.resolve("data/federation")).resolve("forward-index.json");
        Files.writeString(
                index,
                "[{\"tenant_id\":\"" + Sample.TENANT + "\",\"run_id\":\"" + RUN
                        + "\",\"remote_stack_id\":\"stk_b\",\"remote_events_url\":\"/v1/federation/runs/" + RUN
                        + "/events\"}]");
        Path key = Files.writeString(
                home.resolve("own-key.pem"),
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(frontKey.toECPrivateKey().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        URI stackB = back.baseUrl();
        Path registry = new RegistryFile()
                .peer(
                        "stk_b",
                        stackB,
                        Map.of(
                                "federation_base_url",
                                stackB.toString(),
                                "policy",
                                Map.of("directions", List.of("forward"))))
                .writeTo(home.resolve("peers.json"));
        return GatewayProcess.start(
                home,
                environment(
                        registry,
                        Map.of(
                                "AGENTOS_FED_OWN_TOKEN_KEY_FILE",
                                key.toString(),
                                "AGENTOS_FED_MIRROR_MAX_BACKOFF",
                                "1s")));
    }

    private static Map<String, String> environment(Path registry, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("AGENTOS_PROFILE", "prod");
        environment.put("AGENTOS_METRICS_REQUIRE_AUTH", "1");
        environment.put("AGENTOS_PEERS_FILE", registry.toString());
        environment.put(
                "AGENTOS_FED_JWT_PUBLIC_KEY",
                PROVIDER.writeTo(directory.resolve("provider.json")).toString());
        return environment;
    }

    private static void peersOfBack(Path registry, String keys) {
        new RegistryFile()
                .peer(
                        "stk_a",
                        front.baseUrl(),
                        Map.of(
                                "identity",
                                List.of("jwt:stk_a#*"),
                                "policy",
                                Map.of("directions", List.of("ingest"), "tenants", List.of(Sample.TENANT)),
                                "tokens",
                                Map.of("issuer", "stk_a", "keys", keys)))
                .writeTo(registry);
    }

    @AfterAll
    static void stop() {
        front.close();
        back.close();
    }

    @Test
    void shouldReadThroughTwoGatewaysByTheTokensOfTheFirst() throws JOSEException {
        // Given
        List<String> sent = List.of(Sample.envelope(RUN, 1), Sample.envelope(RUN, 2), Sample.completed(RUN, 3));

        // When
        Answer pushed = new Http(back.baseUrl())
                .post("/v1/federation/events:ingest")
                .header("Authorization", signed(frontKey, "stk_a", "stk_b", Sample.TENANT, "events:ingest"))
                .json(Sample.batch("stk_a", sent.toArray(String[]::new)))
                .send();

        // Then
        assertThat(pushed.json().get("accepted").asInt()).as(pushed.toString()).isEqualTo(sent.size());
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(new Http(front.baseUrl())
                        .get("/v1/federation/peers/stk_b")
                        .header("Authorization", READER)
                        .send()
                        .text())
                .contains("\"reachable\""));
        try (SseClient reader =
                SseClient.open(front.baseUrl(), "/v1/federation/runs/" + RUN + "/events", "Authorization", READER)) {
            reader.awaitEnd();
            assertThat(reader.frames("agentos.event"))
                    .extracting(SseFrame::data)
                    .isEqualTo(new ArrayList<>(sent));
        }
    }

    /** Whose key signed, and what the token says. */
    @ParameterizedTest(name = "{0} says iss {1}, aud {2}, tenant {3}, scope {4}: {5} {6}")
    @CsvSource({
        "front, stk_a, stk_b, tnt_a, runs:read, 200, runs",
        "provider, https://issuer.example, -, tnt_a, runs:read, 200, runs",
        "provider, https://issuer.example, -, tnt_b, runs:read, 200, runs",
        "front, https://issuer.example, stk_b, tnt_a, runs:read, 401, the signature does not verify",
        "provider, stk_a, stk_b, tnt_a, runs:read, 401, the signature does not verify",
        "front, -, stk_b, tnt_a, runs:read, 401, the signature does not verify",
        "front, stk_c, stk_b, tnt_a, runs:read, 401, the signature does not verify",
        "front, stk_b, stk_b, tnt_a, runs:read, 401, issued by this gateway",
        "front, stk_a, stk_c, tnt_a, runs:read, 401, meant for somebody else",
        "front, stk_a, -, tnt_a, runs:read, 401, meant for somebody else",
        "front, stk_a, stk_b, tnt_b, runs:read, 403, tenant",
        "front, stk_a, stk_b, stack:stk_a, runs:read, 403, tenant",
        "front, stk_a, stk_b, tnt_a, platform:admin, 403, scope"
    })
    void shouldTakeOfEachIssuerWhatItMaySay(
            String signer, String issuer, String audience, String tenant, String scope, int status, String text)
            throws JOSEException {
        // Given
        String named = tenant.equals("tnt_a") ? Sample.TENANT : tenant;
        String token = signer.equals("front")
                ? signed(frontKey, issuer, audience, named, scope)
                : PROVIDER.bearer(claims(issuer, audience, named, scope));

        // When
        Answer answer = new Http(back.baseUrl())
                .get("/v1/federation/runs")
                .header("Authorization", token)
                .send();

        // Then
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.text()).contains(text);
    }

    @Test
    void shouldRefuseKeysThatAreUnfitAndKeepTheOldOnes() throws JOSEException, IOException {
        // Given
        Path registry = back.directory().resolve("peers.json");
        String good = Files.readString(registry);
        String token = signed(frontKey, "stk_a", "stk_b", Sample.TENANT, "runs:read");
        Files.writeString(back.directory().resolve("front.json"), "{\"keys\":[]}");

        // When
        peersOfBack(registry, "front.json");
        Ended unfit = back.command("reload");
        peersOfBack(registry, "absent.json");
        Ended absent = back.command("reload");

        // Then
        assertThat(unfit.exitCode()).isNotZero();
        assertThat(unfit.output()).contains("front.json, which holds no RSA, EC or Ed25519 key for signatures");
        assertThat(absent.exitCode()).isNotZero();
        assertThat(absent.output()).contains("peers[0].tokens.keys names a file that cannot be read: absent.json");
        assertThat(new Http(back.baseUrl())
                        .get("/v1/federation/runs")
                        .header("Authorization", token)
                        .send()
                        .status())
                .isEqualTo(200);
        Files.writeString(registry, good);
    }

    private static String signed(ECKey key, String issuer, String audience, String tenant, String scope)
            throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).build(), claims(issuer, audience, tenant, scope));
        token.sign(new ECDSASigner(key));
        return "Bearer " + token.serialize();
    }

    /** Says nothing where it says "-". */
    private static JWTClaimsSet claims(String issuer, String audience, String tenant, String scope) {
        return new JWTClaimsSet.Builder()
                .issuer(issuer.equals("-") ? null : issuer)
                .audience(audience.equals("-") ? null : audience)
                .subject("prn_1")
                .claim("tenant_id", tenant)
                .claim("principal_id", "prn_1")
                .claim("scope", scope)
                .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                .build();
    }
}
