package org.agentos.federation.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.peer.PeerTokens;
import org.agentos.federation.settings.Profile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerTokenChecksTest {
    private static final String OF_B = "peer stk_b in AGENTOS_PEERS_FILE ";

    @Test
    void shouldLetGoodPeersBe() {
        assertThat(problems(Profile.PROD, true, "https://idp", "https://b.example/jwks"))
                .isEmpty();
        assertThat(problems(Profile.PROD, true, "https://idp", "http://127.0.0.1:9/jwks"))
                .isEmpty();
        assertThat(problems(Profile.DEV, true, "https://idp", "http://b.example/jwks"))
                .isEmpty();
    }

    @Test
    void shouldTellAllThatIsWrongAtOnce() {
        assertThat(problems(Profile.PROD, false, "stk_b", "http://b.example/jwks"))
                .containsExactly(
                        "AGENTOS_FED_JWT_PUBLIC_KEY is missing: tokens of " + OF_B + "are verified only where all are",
                        "AGENTOS_FED_JWT_ISSUERS must not name stk_b, the tokens.issuer of " + OF_B.strip()
                                + ": its keys alone verify those tokens",
                        OF_B + "must have an https URL as tokens.keys: AGENTOS_PROFILE=prod trusts no keys that can be"
                                + " swapped on the way");
    }

    @Test
    void shouldKeepTheGatewaysOwnIssuerToItself() {
        // Given
        PeerTokens tokens = new PeerTokens("stk_own", "https://b.example/jwks", Optional.empty());
        PeerRegistry registry = TestPeers.registry(TestPeers.issuing(TestPeers.peer("stk_b"), tokens));

        // When / Then
        assertThat(problems(registry))
                .containsExactly(OF_B + "has the tokens.issuer stk_own, by which this gateway issues tokens itself");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nonsense                                  | holds neither a PEM public key nor a JSON Web Key Set
            {"keys":[]}                               | holds no RSA, EC or Ed25519 key for signatures
            {"keys":[{"kty":"oct","k":"c2VjcmV0"}]}   | holds a private or symmetric key, which must not be there
            """)
    void shouldRefuseAFileThatIsUnfit(String content, String why) {
        // Given
        PeerTokens tokens = new PeerTokens("stk_b", "b.json", Optional.of(content));
        PeerRegistry registry = TestPeers.registry(TestPeers.issuing(TestPeers.peer("stk_b"), tokens));

        // When / Then
        assertThat(problems(registry)).containsExactly(OF_B + "names as tokens.keys b.json, which " + why);
    }

    @Test
    void shouldNotLetAnotherPeerRelyOnItsTokens() {
        // Given
        Peer other = TestPeers.peer("stk_c", "jwt:stk_b#svc", "jwt:stk_b2#svc", "jwt:https://idp#stk_b#x");
        PeerTokens tokens = new PeerTokens("stk_b", "https://b.example/jwks", Optional.empty());
        PeerRegistry registry =
                TestPeers.registry(TestPeers.issuing(TestPeers.peer("stk_b", "jwt:stk_b#svc"), tokens), other);

        // When / Then
        assertThat(problems(registry))
                .containsExactly("peer stk_c in AGENTOS_PEERS_FILE has an identity of the issuer stk_b, whose tokens"
                        + " prove peer stk_b alone");
    }

    private static List<String> problems(Profile profile, boolean keysForCallers, String issuer, String url) {
        PeerTokens tokens = new PeerTokens("stk_b", url, Optional.empty());
        PeerRegistry registry = TestPeers.registry(TestPeers.issuing(TestPeers.peer("stk_b"), tokens));
        return PeerTokenChecks.problems(
                registry, new PeerTokenChecks.Decided(profile, keysForCallers, Set.of(issuer), "stk_own"));
    }

    private static List<String> problems(PeerRegistry registry) {
        return PeerTokenChecks.problems(registry, new PeerTokenChecks.Decided(Profile.PROD, true, Set.of(), "stk_own"));
    }
}
