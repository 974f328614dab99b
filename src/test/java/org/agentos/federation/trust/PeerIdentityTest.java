package org.agentos.federation.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.peer.Peer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerIdentityTest {
    private static X509Certificate certificate;

    /** A certificate whose SAN URIs are spelt like identities of the other forms. */
    private static X509Certificate pretender;

    private static Instant now;

    @BeforeAll
    static void makeCertificates(@TempDir Path folder) {
        certificate = TestCertificates.withNames(folder, "uri:spiffe://agentos/stack/stk_b,dns:STK-B.example");
        pretender = TestCertificates.withNames(folder, "uri:dns:stk-b.example,uri:jwt:https://idp#svc_b");
        now = certificate.getNotBefore().toInstant().plusSeconds(60);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spiffe://agentos/stack/stk_b", "dns:stk-b.example"})
    void shouldProvePeerByAlternativeName(String identity) {
        assertThat(identities(identity).ofCertificate(List.of(certificate))).contains("stk_b");
    }

    @Test
    void shouldProvePeerByFingerprint() throws Exception {
        // Given
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());

        // When
        Optional<String> proven =
                identities("sha256:" + HexFormat.of().formatHex(digest)).ofCertificate(List.of(certificate));

        // Then
        assertThat(proven).contains("stk_b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"spiffe://agentos/stack/stk_c", "dns:stk_c", "dns:example", "jwt:https://idp#svc_b"})
    void shouldProveNobodyWhenNothingMatches(String identity) {
        assertThat(identities(identity).ofCertificate(List.of(certificate))).isEmpty();
    }

    @Test
    void shouldProveNobodyWithoutCertificate() {
        assertThat(identities("dns:stk-b.example").ofCertificate(List.of())).isEmpty();
    }

    @Test
    void shouldNotTakeUriSpeltLikeAnotherFormForIt() {
        assertThat(identities("dns:stk-b.example", "jwt:https://idp#svc_b").ofCertificate(List.of(pretender)))
                .isEmpty();
    }

    @Test
    void shouldLookOnlyAtTheClientsOwnCertificate() {
        assertThat(identities("dns:stk-b.example").ofCertificate(List.of(pretender, certificate)))
                .isEmpty();
    }

    @Test
    void shouldProveNothingOutsideValidity() {
        assertThat(identitiesAt(now.minus(Duration.ofDays(1))).ofCertificate(List.of(certificate)))
                .isEmpty();
        assertThat(identitiesAt(now.plus(Duration.ofDays(1))).ofCertificate(List.of(certificate)))
                .isEmpty();
    }

    @Test
    void shouldDenyWhenCertificateFitsTwoPeers() {
        // Given
        PeerIdentity identity = new PeerIdentity(
                TestPeers.registry(
                        TestPeers.peer("stk_b", "spiffe://agentos/stack/stk_b"),
                        TestPeers.peer("stk_c", "dns:stk-b.example")),
                () -> now);

        // When / Then
        assertThatExceptionOfType(FederationException.class)
                .isThrownBy(() -> identity.ofCertificate(List.of(certificate)))
                .satisfies(refusal -> assertThat(refusal.details()).containsEntry("reason", "identity_ambiguous"));
    }

    @Test
    void shouldProvePeerByTokenOfItsIssuer() {
        // Given
        PeerIdentity identity = identities("jwt:https://idp#svc_b");

        // When / Then
        assertThat(identity.ofToken(token("https://idp", "svc_b"))).contains("stk_b");
        assertThat(identity.ofToken(token("https://evil", "svc_b"))).isEmpty();
        assertThat(identity.ofToken(token("https://idp#svc", "b"))).isEmpty();
        assertThat(identity.ofToken(token(null, "svc_b"))).isEmpty();
    }

    private static PeerIdentity identities(String... identities) {
        return new PeerIdentity(TestPeers.registry(TestPeers.peer("stk_b", identities)), () -> now);
    }

    private static PeerIdentity identitiesAt(Instant when) {
        return new PeerIdentity(TestPeers.registry(TestPeers.peer("stk_b", "dns:stk-b.example")), () -> when);
    }

    @ParameterizedTest
    @CsvSource({"jwt:stk_b#*,true", "jwt:stk_b#prn_a,true", "jwt:stk_b#prn_c,false", "dns:stk-b.example,false"})
    void shouldProveAPeerByItsOwnTokens(String identity, boolean proven) {
        // Given
        Peer issuer = TestPeers.issuing("stk_b", Peer.Policy.UNRESTRICTED, TestTokens.OTHER_EC.getPublic(), identity);
        PeerIdentity identities = new PeerIdentity(TestPeers.registry(issuer), () -> now);

        // When / Then
        assertThat(identities.ofToken(token("stk_b", "prn_a").issuedBy(issuer)))
                .isEqualTo(Optional.of("stk_b").filter(any -> proven));
    }

    /** An issuer and a subject with a # in them can spell what another entry means otherwise. */
    @Test
    void shouldProveNoOtherPeerByAPeersTokens() {
        // Given
        Peer issuer = TestPeers.issuing("stk_b", Peer.Policy.UNRESTRICTED, TestTokens.OTHER_EC.getPublic());
        Peer other = TestPeers.peer("stk_c", "jwt:stk_b#of#stk_c");
        PeerIdentity identities = new PeerIdentity(TestPeers.registry(issuer, other), () -> now);

        // When / Then
        assertThat(identities.ofToken(token("stk_b#of", "stk_c"))).contains("stk_c");
        assertThat(identities.ofToken(token("stk_b", "of#stk_c").issuedBy(issuer)))
                .isEmpty();
    }

    private static VerifiedToken token(String issuer, String subject) {
        return new VerifiedToken(
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                Optional.ofNullable(issuer),
                Optional.of(subject),
                now,
                now,
                Optional.empty(),
                Optional.empty());
    }
}
