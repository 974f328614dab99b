package org.agentos.federation.trust;

import static org.agentos.federation.trust.TestTokens.EC;
import static org.agentos.federation.trust.TestTokens.OTHER_EC;
import static org.agentos.federation.trust.TestTokens.seconds;
import static org.agentos.federation.trust.TestTokens.signed;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.peer.PeerTokens;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Callers have tokens of an issuer with the key EC, peer stk_b issues its own with another key. */
class PeerKeysTest {
    private static final String FORGED = "the signature does not verify";
    private static final String FOR_OTHERS = "the token is meant for somebody else";

    private final PeerRegistry registry = TestPeers.registry(peer("stk_b", OTHER_EC));
    private final TokenVerifier verifier = verifier(registry);

    @ParameterizedTest(name = "key of {0}, iss {1}, aud {2} -> {3}")
    @CsvSource({
        "peer, stk_b, stk_own, stk_b",
        "peer, stk_b, gateways, stk_b",
        "callers, https://idp, gateways, -",
        "callers, stk_b, stk_own, " + FORGED,
        "callers, stk_b, gateways, " + FORGED,
        "peer, https://idp, gateways, " + FORGED,
        "peer, stk_c, stk_own, " + FORGED,
        "peer, -, stk_own, " + FORGED,
        "peer, stk_b, stk_c, " + FOR_OTHERS,
        "peer, stk_b, -, " + FOR_OTHERS,
        "callers, https://idp, stk_own, " + FOR_OTHERS
    })
    void shouldVerifyAnIssuerByItsOwnKeysOnly(String signer, String issuer, String audience, String expected) {
        // Given
        String token = token(signer.equals("peer") ? OTHER_EC : EC, issuer, audience);

        // When / Then
        assertThat(outcome(verifier, token)).isEqualTo(expected);
        assertThat(outcome(verifier, token)).as("remembered").isEqualTo(expected);
    }

    @Test
    void shouldFollowTheRegistryAtOnce() {
        // Given
        String token = token(OTHER_EC, "stk_b", "stk_own");
        String ofCallers = token(EC, "stk_b", "gateways");
        assertThat(outcome(verifier, token)).isEqualTo("stk_b");

        // When its keys are others
        registry.become(TestPeers.registry(peer("stk_b", EC)));

        // Then
        assertThat(outcome(verifier, token)).isEqualTo(FORGED);
        assertThat(outcome(verifier, ofCallers)).isEqualTo("stk_b");

        // When it issues none any more
        registry.become(TestPeers.registry(TestPeers.peer("stk_b")));

        // Then
        assertThat(outcome(verifier, token)).isEqualTo(FORGED);
        assertThat(outcome(verifier, ofCallers)).isEqualTo("-");
    }

    @Test
    void shouldJudgeARememberedTokenByThePolicyOfTheMoment() {
        // Given
        String token = token(OTHER_EC, "stk_b", "stk_own");
        verifier.verify(token);

        // When
        registry.become(
                TestPeers.registry(TestPeers.issuing("stk_b", TestPeers.forTenants("tnt_z"), OTHER_EC.getPublic())));

        // Then
        assertThat(verifier.verify(token)
                        .issuedBy()
                        .orElseThrow()
                        .policy()
                        .tenants()
                        .allows("tnt_a"))
                .isFalse();
    }

    @Test
    void shouldFetchAKeySetOnceAndKeepItOverReloads() throws IOException {
        // Given
        AtomicInteger asked = new AtomicInteger();
        HttpServer peer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        peer.createContext("/jwks", exchange -> {
            asked.incrementAndGet();
            byte[] body = keySet().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        peer.start();
        String url = "http://127.0.0.1:" + peer.getAddress().getPort() + "/jwks";
        PeerTokens tokens = new PeerTokens("stk_b", url, Optional.empty());
        PeerRegistry remote = TestPeers.registry(TestPeers.issuing(TestPeers.peer("stk_b"), tokens));
        TokenVerifier remembering = verifier(remote);

        try {
            // When
            remembering.begin();
            String first = outcome(remembering, token(OTHER_EC, "stk_b", "stk_own"));
            remote.become(TestPeers.registry(
                    TestPeers.issuing(TestPeers.peer("stk_b", TestPeers.forTenants("tnt_a")), tokens),
                    TestPeers.peer("stk_new")));
            String second = outcome(remembering, token(OTHER_EC, "stk_b", "gateways"));

            // Then
            assertThat(List.of(first, second)).containsExactly("stk_b", "stk_b");
            assertThat(asked).hasValue(1);
        } finally {
            peer.stop(0);
        }
    }

    private static Peer peer(String stackId, KeyPair key) {
        return TestPeers.issuing(stackId, Peer.Policy.UNRESTRICTED, key.getPublic());
    }

    private static TokenVerifier verifier(PeerRegistry registry) {
        return new TokenVerifier(
                new FixedKeys(List.of(VerificationKey.of(Optional.empty(), EC.getPublic()))),
                new PeerKeys(registry, HttpClient::newHttpClient, () -> TestTokens.NOW),
                new TokenRules(Set.of(), Set.of("gateways"), Duration.ZERO, Optional.empty()),
                () -> TestTokens.NOW);
    }

    private static String keySet() {
        ECKey key = new ECKey.Builder(Curve.P_256, (ECPublicKey) OTHER_EC.getPublic()).build();
        return "{\"keys\":[" + key.toJSONString() + "]}";
    }

    private static String token(KeyPair key, String issuer, String audience) {
        String claims = "{\"tenant_id\":\"tnt_a\",\"sub\":\"prn_a\",\"exp\":" + seconds(60)
                + (issuer.equals("-") ? "" : ",\"iss\":\"" + issuer + "\"")
                + (audience.equals("-") ? "" : ",\"aud\":\"" + audience + "\"") + "}";
        return signed("{\"alg\":\"ES256\"}", claims, key.getPrivate());
    }

    /** Which peer issued it, or why it is refused. */
    private static String outcome(TokenVerifier verifier, String token) {
        try {
            return verifier.verify(token).issuedBy().map(Peer::stackId).orElse("-");
        } catch (FederationException e) {
            return e.getMessage();
        }
    }
}
