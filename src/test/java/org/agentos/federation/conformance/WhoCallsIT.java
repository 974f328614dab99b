package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Http;
import org.agentos.federation.support.RegistryFile;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.TokenIssuer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Places that name a tenant, or a peer, and do not agree; and tokens that are not meant for this gateway. */
@DisabledIfSystemProperty(named = "federation.base-url", matches = ".+", disabledReason = "starts a process of its own")
class WhoCallsIT {
    private static final TokenIssuer ISSUER = new TokenIssuer();
    private static final String AUDIENCE = "https://gateway.example";

    @TempDir
    static Path directory;

    private static final ScriptedPeer PEER = new ScriptedPeer();
    private static GatewayProcess gateway;
    private static Http http;

    @BeforeAll
    static void start() {
        Path registry = new RegistryFile()
                .peer(
                        "stk_b",
                        PEER.baseUrl(),
                        Map.of(
                                "identity", List.of("jwt:" + TokenIssuer.ISSUER + "#svc_b"),
                                "policy", Map.of("tenants", List.of("tnt_a", "tnt_b"))))
                .peer("stk_c", PEER.baseUrl(), Map.of())
                .writeTo(directory.resolve("peers.json"));
        gateway = GatewayProcess.start(
                directory,
                Map.of(
                        "AGENTOS_PEERS_FILE",
                        registry.toString(),
                        "AGENTOS_FED_JWT_ISSUERS",
                        TokenIssuer.ISSUER + ",https://second.example",
                        "AGENTOS_FED_JWT_AUDIENCES",
                        AUDIENCE,
                        "AGENTOS_FED_JWT_LEEWAY",
                        "2s",
                        "AGENTOS_FED_JWT_PUBLIC_KEY",
                        ISSUER.writeTo(directory.resolve("jwks.json")).toString()));
        http = new Http(gateway.baseUrl());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        PEER.close();
    }

    /** "-": the place names none. The event's tenant is judged by itself and never fails the batch. */
    @ParameterizedTest(name = "token {0}, body {1}, header {2}, event {3} -> {4}")
    @CsvSource({
        "tnt_a, tnt_a, tnt_a, tnt_a, accepted",
        "tnt_a, -, -, -, accepted",
        "tnt_a, tnt_b, -, -, tenant_mismatch",
        "tnt_a, -, tnt_b, -, tenant_mismatch",
        "tnt_a, tnt_b, tnt_b, tnt_b, tenant_mismatch",
        "tnt_a, tnt_a, tnt_b, -, tenant_mismatch",
        "tnt_a, tnt_b, tnt_a, -, tenant_mismatch",
        "tnt_a, -, -, tnt_b, event tenant_mismatch",
        "tnt_a, tnt_a, tnt_a, tnt_b, event tenant_mismatch",
        "tnt_x, -, -, -, tenant",
        "tnt_x, tnt_x, tnt_x, tnt_x, tenant",
        "tnt_x, tnt_a, -, -, tenant_mismatch",
        "-, tnt_a, tnt_a, -, unauthorized"
    })
    void shouldTakeOneTenantOnly(String token, String body, String header, String event, String expected) {
        // Given
        String runId = Sample.runId();
        JWTClaimsSet.Builder claims = claims("svc_b", "events:ingest events:read");
        if (!token.equals("-")) {
            claims.claim("tenant_id", token);
        }
        Http.Call call = http.post("/v1/federation/events:ingest").header("Authorization", bearer(claims));
        if (!header.equals("-")) {
            call.tenant(header);
        }
        String ofBody = body.equals("-") ? "" : "\"auth\":{\"tenant_id\":\"" + body + "\"},";
        String ofEvent = event.equals("-") ? "" : ",\"tenant_id\":\"" + event + "\"";

        // When
        Answer answer = call.json("{\"peer_id\":\"stk_b\"," + ofBody + "\"events\":["
                        + Sample.event(runId, "evt_1", "\"type\":\"a.b\"" + ofEvent) + "]}")
                .send();

        // Then
        assertThat(outcome(answer)).as(answer.toString()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "token {0}, body {1}, header {2} -> {3}")
    @CsvSource({
        "tnt_a, tnt_a, tnt_a, 200",
        "tnt_a, tnt_b, -, 400",
        "tnt_a, -, tnt_b, 400",
        "tnt_a, tnt_b, tnt_b, 400",
        "tnt_a, tnt_a, tnt_b, 400",
        "tnt_x, -, -, 404"
    })
    void shouldForwardForOneTenantOnly(String token, String body, String header, int status) {
        // Given
        int before = PEER.requests(ScriptedPeer.On.RUN_CREATE).size();
        Http.Call call = http.post("/v1/federation/runs:forward")
                .header("Authorization", bearer(claims("prn_1", "runs:forward").claim("tid", token)));
        if (!header.equals("-")) {
            call.tenant(header);
        }
        String auth = body.equals("-") ? "{}" : "{\"tenant_id\":\"" + body + "\"}";

        // When
        Answer answer = call.json("{\"forward\":{\"target_selector\":{\"stack_id\":\"stk_b\"},\"auth\":" + auth
                        + ",\"run_request\":{\"agent_id\":\"agt_1\"}}}")
                .send();

        // Then
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        if (status != 200) {
            assertThat(PEER.requests(ScriptedPeer.On.RUN_CREATE))
                    .as("nothing of a refused request reaches a peer")
                    .hasSize(before);
        }
    }

    /** A peer is who its token's issuer and subject say, and no other name in the request may differ. */
    @ParameterizedTest(name = "iss {0}, sub {1}, body {2}, X-Peer-Id {3} -> {4}")
    @CsvSource({
        "https://issuer.example, svc_b, stk_b, -, accepted",
        "https://issuer.example, svc_b, -, -, accepted",
        "https://issuer.example, svc_b, -, stk_b, accepted",
        "https://second.example, svc_b, stk_b, -, peer_not_proven",
        "https://issuer.example, svc_c, stk_b, -, peer_not_proven",
        "https://issuer.example, svc_b, stk_c, -, peer_mismatch",
        "https://issuer.example, svc_b, -, stk_c, peer_mismatch",
        "https://issuer.example, svc_b, stk_b, peer_ci, peer_mismatch",
        "https://evil.example, svc_b, stk_b, -, unauthorized",
        "-, svc_b, stk_b, -, unauthorized"
    })
    void shouldTakePeerForWhomItsTokenProves(
            String issuer, String subject, String body, String header, String expected) {
        // Given
        JWTClaimsSet.Builder claims = claims(subject, "events:ingest")
                .issuer(issuer.equals("-") ? null : issuer)
                .claim("tenant_id", "tnt_a");
        Http.Call call = http.post("/v1/federation/events:ingest").header("Authorization", bearer(claims));
        if (!header.equals("-")) {
            call.header("X-Peer-Id", header);
        }
        String named = body.equals("-") ? "" : "\"peer_id\":\"" + body + "\",";

        // When
        Answer answer = call.json(
                        "{" + named + "\"events\":[" + Sample.event(Sample.runId(), "evt_1", "\"type\":\"a.b\"") + "]}")
                .send();

        // Then
        assertThat(outcome(answer)).as(answer.toString()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "aud {0} -> {1}")
    @CsvSource({"https://gateway.example, 200", "https://other.example, 401", "-, 401"})
    void shouldTakeTokensMeantForItOnly(String audience, int status) {
        // Given
        JWTClaimsSet.Builder claims = claims("prn_1", "peers:read")
                .claim("tenant_id", "tnt_a")
                .audience(audience.equals("-") ? null : audience);

        // When
        Answer answer = http.get("/v1/federation/peers")
                .header("Authorization", bearer(claims))
                .send();

        // Then
        assertThat(answer.status()).isEqualTo(status);
    }

    private static JWTClaimsSet.Builder claims(String subject, String scopes) {
        return new JWTClaimsSet.Builder()
                .issuer(TokenIssuer.ISSUER)
                .audience(AUDIENCE)
                .subject(subject)
                .claim("scope", scopes)
                .expirationTime(Date.from(Instant.now().plus(Duration.ofHours(1))));
    }

    private static String bearer(JWTClaimsSet.Builder claims) {
        return ISSUER.bearer(claims.build());
    }

    private static String outcome(Answer answer) {
        if (answer.status() == 403) {
            return answer.details().get("reason").asText();
        }
        if (answer.status() != 200) {
            return answer.errorCode();
        }
        return answer.json().get("accepted").asInt() == 1
                ? "accepted"
                : "event " + answer.json().at("/results/0/status").asText();
    }
}
