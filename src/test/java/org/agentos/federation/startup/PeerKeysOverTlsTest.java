package org.agentos.federation.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.settings.ClientTls;
import org.agentos.federation.settings.SettingsLoader;
import org.agentos.federation.support.RegistryFile;
import org.agentos.federation.support.TestCa;
import org.agentos.federation.support.TlsPeer;
import org.agentos.federation.support.TokenIssuer;
import org.agentos.federation.trust.TokenVerifier;
import org.agentos.federation.trust.VerifiedToken;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys of a peer's own tokens are fetched as the peer is called: with this stack's certificate, from its CA's hosts only. */
class PeerKeysOverTlsTest {
    @TempDir
    static Path directory;

    private static TestCa ours;
    private static TestCa foreign;
    private final TokenIssuer peersOwn = new TokenIssuer();

    @BeforeAll
    static void issue() {
        ours = new TestCa(directory.resolve("ours")).stack("stk_a").stack("stk_b");
        foreign = new TestCa(directory.resolve("foreign")).stack("stk_b");
    }

    @Test
    void shouldVerifyTokensOfAPeerByKeysThatItsHostGives() throws IOException {
        try (TlsPeer peer = peer(ours.context(Optional.of("stk_b")))) {
            // When
            VerifiedToken token = verifier(peer, "127.0.0.1").verify(token());

            // Then
            assertThat(token.issuedBy())
                    .hasValueSatisfying(issuer -> assertThat(issuer.stackId()).isEqualTo("stk_b"));
            assertThat(peer.calls()).singleElement().satisfies(call -> {
                assertThat(call.path()).isEqualTo("/jwks");
                assertThat(call.clientName()).contains("stk_a");
            });
        }
    }

    @Test
    void shouldTakeNoKeysFromAHostThatTheCertificateDoesNotName() throws IOException {
        try (TlsPeer peer = peer(ours.context(Optional.of("stk_b")))) {
            assertThat(refusal(verifier(peer, "localhost")).code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(peer.calls()).isEmpty();
        }
    }

    @Test
    void shouldTakeNoKeysFromAHostOfAnotherCa() throws IOException {
        SSLContext another = TestCa.context(new ClientTls(
                Optional.of(foreign.certificate("stk_b")),
                Optional.of(foreign.key("stk_b")),
                Optional.of(ours.authority())));
        try (TlsPeer peer = peer(another)) {
            assertThat(refusal(verifier(peer, "127.0.0.1")).code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(peer.calls()).isEmpty();
        }
    }

    private TlsPeer peer(SSLContext context) throws IOException {
        return new TlsPeer(context).serveKeys(Files.readString(peersOwn.writeTo(directory.resolve("peer.json"))));
    }

    private FederationException refusal(TokenVerifier verifier) {
        return catchThrowableOfType(FederationException.class, () -> verifier.verify(token()));
    }

    private static TokenVerifier verifier(TlsPeer peer, String host) {
        Map<String, String> environment = new HashMap<>();
        environment.put("AGENTOS_FED_DATA_DIR", directory.resolve("data").toString());
        environment.put("AGENTOS_AUDIT_SINK", "file:" + directory.resolve("audit.log"));
        environment.put("AGENTOS_FED_CA_CERT", ours.authority().toString());
        environment.put("AGENTOS_FED_CLIENT_CERT", ours.certificate("stk_a").toString());
        environment.put("AGENTOS_FED_CLIENT_KEY", ours.key("stk_a").toString());
        environment.put(
                "AGENTOS_FED_JWT_PUBLIC_KEY",
                new TokenIssuer().writeTo(directory.resolve("callers.json")).toString());
        Map<String, Object> members = Map.of(
                "tokens", Map.of("issuer", "stk_b", "keys", peer.baseUrl(host) + "/jwks"),
                "policy", Map.of("tenants", List.of("tnt_a")));
        environment.put(
                "AGENTOS_PEERS_FILE",
                new RegistryFile()
                        .peer("stk_b", peer.baseUrl(host), members)
                        .writeTo(directory.resolve("peers.json"))
                        .toString());
        return StartupReview.review(
                        SettingsLoader.load(Path.of("").toAbsolutePath(), environment), InstantSource.system())
                .tokens()
                .orElseThrow();
    }

    private String token() {
        String bearer = peersOwn.bearer(new JWTClaimsSet.Builder()
                .issuer("stk_b")
                .audience("stk_a")
                .subject("prn_a")
                .claim("tenant_id", "tnt_a")
                .expirationTime(Date.from(Instant.now().plus(Duration.ofMinutes(5))))
                .build());
        return bearer.substring("Bearer ".length());
    }
}
