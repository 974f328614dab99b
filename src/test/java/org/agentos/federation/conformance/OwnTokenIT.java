package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Http;
import org.agentos.federation.support.PeerRequest;
import org.agentos.federation.support.RegistryFile;
import org.agentos.federation.support.Reply;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.ScriptedPeer.On;
import org.agentos.federation.support.TokenIssuer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Whose token goes where, in prod, on every kind of call to a peer. */
@DisabledIfSystemProperty(named = "federation.base-url", matches = ".+", disabledReason = "starts a process of its own")
class OwnTokenIT {
    private static final TokenIssuer ISSUER = new TokenIssuer();
    private static final String PRINCIPAL = "prn_1";
    private static final String CALLER = ISSUER.bearer(
            Sample.TENANT, PRINCIPAL, "runs:forward runs:read runs:cancel peers:read", Duration.ofHours(1));

    @TempDir
    static Path directory;

    private static final Map<String, ScriptedPeer> PEERS = new LinkedHashMap<>();
    private static GatewayProcess gateway;
    private static Http http;

    @BeforeAll
    static void start() {
        RegistryFile registry = new RegistryFile();
        add(registry, "stk_default", Map.of());
        add(registry, "stk_named", Map.of("auth", Map.of("token", "own", "audience", "https://named.example")));
        add(registry, "stk_caller", Map.of("auth", Map.of("token", "caller")));
        add(registry, "stk_none", Map.of("auth", Map.of("token", "none")));
        gateway = GatewayProcess.start(
                directory,
                Map.of(
                        "AGENTOS_PROFILE",
                        "prod",
                        "AGENTOS_METRICS_REQUIRE_AUTH",
                        "1",
                        "AGENTOS_PEERS_FILE",
                        registry.writeTo(directory.resolve("peers.json")).toString(),
                        "AGENTOS_FED_JWT_PUBLIC_KEY",
                        ISSUER.writeTo(directory.resolve("jwks.json")).toString()));
        http = new Http(gateway.baseUrl());
    }

    private static void add(RegistryFile registry, String stackId, Map<String, Object> more) {
        ScriptedPeer peer = new ScriptedPeer();
        PEERS.put(stackId, peer);
        Map<String, Object> members = new LinkedHashMap<>(more);
        members.put("policy", Map.of("directions", List.of("forward")));
        members.put("federation_base_url", peer.baseUrl().toString());
        registry.peer(stackId, peer.baseUrl(), members);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        PEERS.values().forEach(ScriptedPeer::close);
    }

    @Test
    void shouldSendItsOwnTokenOnEveryCallInProd() throws Exception {
        // When
        Map<On, PeerRequest> calls = callAll("stk_default");

        // Then
        JWKSet keys = JWKSet.parse(http.get("/.well-known/jwks.json").send().text());
        for (On kind : On.values()) {
            SignedJWT token = SignedJWT.parse(bearer(calls.get(kind)));
            JWTClaimsSet claims = token.getJWTClaimsSet();
            assertThat(token.verify(new ECDSAVerifier(
                            keys.getKeyByKeyId(token.getHeader().getKeyID()).toECKey())))
                    .as(kind.toString())
                    .isTrue();
            assertThat(claims.getIssuer()).isEqualTo("stk_a");
            assertThat(claims.getAudience()).containsExactly("stk_default");
            assertThat(claims.getExpirationTime().toInstant())
                    .isEqualTo(claims.getIssueTime().toInstant().plusSeconds(300));
            assertThat(claims.getJWTID()).isNotEmpty();
            boolean ofTenant = kind != On.CAPABILITIES;
            assertThat(claims.getStringClaim("tenant_id")).isEqualTo(ofTenant ? Sample.TENANT : "stack:stk_a");
            assertThat(claims.getStringClaim("principal_id")).isEqualTo(ofTenant ? PRINCIPAL : "stack:stk_a");
            assertThat(claims.getClaim("cnf")).as("no certificate is shown").isNull();
        }
        assertThat(bearer(calls.get(On.EVENTS))).as("signed once").isEqualTo(bearer(calls.get(On.RUN_CREATE)));
    }

    @Test
    void shouldNameTheAudienceOfTheRegistry() throws Exception {
        PeerRequest create = callAll("stk_named").get(On.RUN_CREATE);
        assertThat(SignedJWT.parse(bearer(create)).getJWTClaimsSet().getAudience())
                .containsExactly("https://named.example");
    }

    @Test
    void shouldPassTheCallersTokenOnWhereThePeerTakesThose() {
        // When
        Map<On, PeerRequest> calls = callAll("stk_caller");

        // Then
        for (On kind : List.of(On.RUN_CREATE, On.EVENTS, On.STATUS, On.CANCEL)) {
            assertThat(calls.get(kind).header("Authorization"))
                    .as(kind.toString())
                    .isEqualTo(CALLER);
        }
        assertThat(calls.get(On.CAPABILITIES).has("Authorization")).isFalse();
    }

    @Test
    void shouldSendNoTokenWhereThePeerTakesNone() {
        callAll("stk_none").forEach((kind, call) -> assertThat(call.has("Authorization"))
                .as(kind.toString())
                .isFalse());
    }

    /** One that leaked from a peer, or a peer that calls back with it, opens nothing. */
    @Test
    void shouldAcceptNoneOfItsOwnIssue() {
        // Given
        String own = callAll("stk_default").get(On.RUN_CREATE).header("Authorization");

        // When
        Answer answer =
                http.get("/v1/federation/runs").header("Authorization", own).send();

        // Then
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).contains("invalid_token", "issued by this gateway");
    }

    @Test
    void shouldPublishPublicKeysThatMayBeKeptAndOutliveARestart() {
        // Given
        Answer before = http.get("/.well-known/jwks.json").send();

        // When
        gateway.kill();
        gateway.start();
        Answer after = http.get("/.well-known/jwks.json").send();

        // Then
        assertThat(before.status()).isEqualTo(200);
        assertThat(before.header("Cache-Control")).isEqualTo("public, max-age=300");
        assertThat(before.json().get("keys")).hasSize(1);
        assertThat(before.json().at("/keys/0").has("d")).isFalse();
        assertThat(after.json()).isEqualTo(before.json());
    }

    @Test
    void shouldShowWhoseTokenIsSent() {
        // When
        Answer peers =
                http.get("/v1/federation/peers").header("Authorization", CALLER).send();

        // Then
        assertThat(peers.json().get("peers").findValuesAsText("token")).containsExactly("own", "own", "caller", "none");
        assertThat(gateway.output())
                .contains("own=[stk_default, stk_named] caller=[stk_caller] none=[stk_none]")
                .contains("AGENTOS_FED_JWT_ISSUERS", "AGENTOS_FED_JWT_AUDIENCES");
    }

    /** A mirror has nobody to wait for where no caller's token could help. */
    @Test
    void shouldTryAgainAfterA401() {
        // Given
        ScriptedPeer peer = PEERS.get("stk_named");
        peer.script(On.EVENTS, Reply.error(401, "unauthorized"));

        // When
        String runId = forward("stk_named");

        // Then
        await().atMost(Duration.ofSeconds(60))
                .until(() -> of(peer, On.EVENTS, runId).size() > 1);
    }

    /** Forwards a run, and has its peer asked in all the ways there are; the first call of each kind about it. */
    private static Map<On, PeerRequest> callAll(String stackId) {
        ScriptedPeer peer = PEERS.get(stackId);
        String runId = forward(stackId);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !of(peer, On.EVENTS, runId).isEmpty());
        assertThat(call("GET", "/v1/federation/runs/" + runId).status()).isEqualTo(200);
        assertThat(call("POST", "/v1/federation/runs/" + runId + ":cancel").status())
                .isEqualTo(200);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !peer.requests(On.CAPABILITIES).isEmpty());
        Map<On, PeerRequest> calls = new LinkedHashMap<>();
        List<PeerRequest> creates = peer.requests(On.RUN_CREATE);
        calls.put(On.RUN_CREATE, creates.get(creates.size() - 1));
        for (On kind : List.of(On.EVENTS, On.STATUS, On.CANCEL)) {
            calls.put(kind, of(peer, kind, runId).get(0));
        }
        calls.put(On.CAPABILITIES, peer.requests(On.CAPABILITIES).get(0));
        return calls;
    }

    private static List<PeerRequest> of(ScriptedPeer peer, On kind, String runId) {
        return peer.requests(kind).stream()
                .filter(request -> request.path().contains(runId))
                .toList();
    }

    private static String forward(String stackId) {
        Answer answer = http.post("/v1/federation/runs:forward")
                .header("Authorization", CALLER)
                .json(Sample.forward(stackId, Sample.key()))
                .send();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json().at("/forwarded/remote_run_id").asText();
    }

    private static Answer call(String method, String path) {
        return http.call(method, path).header("Authorization", CALLER).send();
    }

    private static String bearer(PeerRequest request) {
        String authorization = request.header("Authorization");
        assertThat(authorization).startsWith("Bearer ").isNotEqualTo(CALLER);
        return authorization.substring("Bearer ".length());
    }
}
