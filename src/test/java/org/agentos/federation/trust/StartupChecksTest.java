package org.agentos.federation.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.agentos.federation.peer.Allowance;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.settings.Profile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartupChecksTest {
    private static final PeerRegistry PROVABLE = TestPeers.registry(TestPeers.peer("stk_b", "jwt:https://idp#svc_b"));
    private static final PeerRegistry UNPROVABLE = TestPeers.registry(TestPeers.peer("stk_b", "dns:b"));

    @Test
    void shouldAskNothingOfDev() {
        assertThat(StartupChecks.problems(decided(Profile.DEV, "-", false, false, "tnt_d", false, UNPROVABLE)))
                .isEmpty();
    }

    @Test
    void shouldLetSafeProdStart() {
        assertThat(StartupChecks.problems(decided(Profile.PROD, "key.pem", true, true, "-", false, PROVABLE)))
                .isEmpty();
        assertThat(StartupChecks.problems(decided(Profile.PROD, "key.pem", true, true, "-", true, UNPROVABLE)))
                .isEmpty();
    }

    @Test
    void shouldNameEverythingThatIsOpenInProd() {
        assertThat(StartupChecks.problems(decided(Profile.PROD, "-", false, false, "tnt_d", false, UNPROVABLE)))
                .containsExactly(
                        "AGENTOS_FED_JWT_PUBLIC_KEY is missing: AGENTOS_PROFILE=prod needs it",
                        "AGENTOS_METRICS_REQUIRE_AUTH must be 1: AGENTOS_PROFILE=prod needs it",
                        "AGENTOS_PEERS_FILE is missing: AGENTOS_PROFILE=prod needs it",
                        "AGENTOS_DEFAULT_TENANT must not be set: AGENTOS_PROFILE=prod forbids it",
                        "AGENTOS_FED_REQUIRE_MTLS must be true, or peer stk_b in AGENTOS_PEERS_FILE needs a jwt: identity:"
                                + " AGENTOS_PROFILE=prod lets it ingest only when it can prove itself");
    }

    @Test
    void shouldNotAskPeerThatMayNotIngestForProof() {
        // Given
        Peer.Policy forwardOnly = new Peer.Policy(
                new Allowance(List.of("forward")),
                Allowance.ALL,
                Allowance.ALL,
                Allowance.ALL,
                java.util.OptionalInt.empty(),
                false);
        PeerRegistry registry =
                TestPeers.registry(TestPeers.peer("stk_b", forwardOnly), TestPeers.peer("stk_c", Peer.Policy.NOTHING));

        // When / Then
        assertThat(StartupChecks.problems(decided(Profile.PROD, "key.pem", true, true, "-", false, registry)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://idp.example/jwks, true",
        "http://127.0.0.1:8080/jwks, true",
        "http://localhost/jwks, true",
        "http://[::1]:1/jwks, true",
        "http://idp.example/jwks, false",
        "HTTP://idp.example/jwks, false",
        "http://127.0.0.1.evil.example/jwks, false",
        "http://localhost@evil.example/jwks, false"
    })
    void shouldTrustInProdOnlyKeysThatCannotBeSwapped(String url, boolean trusted) {
        assertThat(StartupChecks.problems(decided(Profile.PROD, url, true, true, "-", false, PROVABLE))
                        .isEmpty())
                .isEqualTo(trusted);
    }

    @Test
    void shouldAskForKeyWhereMetricsAskForToken() {
        assertThat(StartupChecks.problems(decided(Profile.DEV, "-", true, false, "-", false, PROVABLE)))
                .containsExactly("AGENTOS_FED_JWT_PUBLIC_KEY is missing: AGENTOS_METRICS_REQUIRE_AUTH=1 needs it");
    }

    private static StartupChecks.Decided decided(
            Profile profile,
            String key,
            boolean metricsAuth,
            boolean peersFile,
            String tenant,
            boolean mtls,
            PeerRegistry registry) {
        return new StartupChecks.Decided(
                profile,
                Optional.of(key).filter(text -> !text.equals("-")),
                metricsAuth,
                peersFile,
                Optional.of(tenant).filter(text -> !text.equals("-")),
                mtls,
                registry);
    }
}
