package org.agentos.federation.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerInfo;
import org.agentos.federation.settings.JwtSettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnTokensTest {
    private static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final Optional<String> PRINCIPAL = Optional.of("prn_a");

    @TempDir
    Path directory;

    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private Optional<String> certificate = Optional.empty();
    private KeyRing keys;
    private OwnTokens tokens;

    @BeforeEach
    void open() throws IOException {
        keys = MadeKeys.open(directory.resolve("keys.json"), Duration.ofDays(1), new SecureRandom(), () -> now);
        tokens = new OwnTokens(
                keys, settings(Optional.empty()), "stk_a", () -> certificate, () -> now, new SecureRandom());
    }

    @Test
    void shouldSayForWhomAndToWhom() throws Exception {
        // When
        SignedJWT token = parse(tokens.authorization(peer("stk_b", "http", null), "tnt_a", PRINCIPAL));

        // Then
        JWTClaimsSet claims = token.getJWTClaimsSet();
        assertThat(claims.getClaims())
                .containsOnlyKeys(
                        "iss", "aud", "sub", "tenant_id", "principal_id", "scope", "iat", "nbf", "exp", "jti");
        assertThat(claims.getIssuer()).isEqualTo("stk_a");
        assertThat(claims.getAudience()).containsExactly("stk_b");
        assertThat(claims.getSubject()).isEqualTo("prn_a");
        assertThat(claims.getStringClaim("tenant_id")).isEqualTo("tnt_a");
        assertThat(claims.getStringClaim("principal_id")).isEqualTo("prn_a");
        assertThat(claims.getStringClaim("scope")).isEqualTo("runs:write");
        assertThat(claims.getIssueTime()).isEqualTo(claims.getNotBeforeTime()).isEqualTo(Date.from(now));
        assertThat(claims.getExpirationTime()).isEqualTo(Date.from(now.plus(LIFETIME)));
        assertThat(claims.getJWTID()).hasSizeGreaterThan(20);
        ECKey published = JWKSet.parse(keys.jwks())
                .getKeyByKeyId(token.getHeader().getKeyID())
                .toECKey();
        assertThat(published.isPrivate()).isFalse();
        assertThat(token.verify(new ECDSAVerifier(published))).isTrue();
    }

    @Test
    void shouldSpeakForItselfWhereNobodyElseDoes() throws Exception {
        JWTClaimsSet run = claims(tokens.authorization(peer("stk_b", "http", null), "tnt_a", Optional.empty()));
        JWTClaimsSet question = claims(tokens.ofStack(peer("stk_b", "http", null)));
        assertThat(run.getSubject()).isEqualTo("stack:stk_a");
        assertThat(run.getStringClaim("tenant_id")).isEqualTo("tnt_a");
        assertThat(question.getSubject()).isEqualTo("stack:stk_a");
        assertThat(question.getStringClaim("tenant_id")).isEqualTo("stack:stk_a");
    }

    @Test
    void shouldTakeIssuerAndAudienceFromConfiguration() throws Exception {
        // Given
        tokens = new OwnTokens(
                keys, settings(Optional.of("https://a")), "stk_a", () -> certificate, () -> now, new SecureRandom());

        // When
        JWTClaimsSet claims = claims(tokens.authorization(peer("stk_b", "http", "https://b"), "tnt_a", PRINCIPAL));

        // Then
        assertThat(claims.getIssuer()).isEqualTo("https://a");
        assertThat(claims.getAudience()).containsExactly("https://b");
    }

    /** Over plain HTTP no certificate is shown, so none could prove anything. */
    @Test
    void shouldBindTokenToTheCertificateThatIsShown() throws Exception {
        // Given
        certificate = Optional.of("print-1");

        // When
        String overTls = tokens.authorization(peer("stk_b", "https", null), "tnt_a", PRINCIPAL);
        JWTClaimsSet plain = claims(tokens.authorization(peer("stk_b", "http", null), "tnt_a", PRINCIPAL));
        certificate = Optional.of("print-2");
        JWTClaimsSet renewed = claims(tokens.authorization(peer("stk_b", "https", null), "tnt_a", PRINCIPAL));

        // Then
        assertThat(claims(overTls).getClaim("cnf")).isEqualTo(Map.of("x5t#S256", "print-1"));
        assertThat(plain.getClaim("cnf")).isNull();
        assertThat(renewed.getClaim("cnf")).isEqualTo(Map.of("x5t#S256", "print-2"));
    }

    @Test
    void shouldUseTokenAgainForHalfItsLife() throws Exception {
        // Given
        Peer peer = peer("stk_b", "http", null);
        assertThat(tokens.atHand(peer, "tnt_a", PRINCIPAL)).isEmpty();
        String first = tokens.authorization(peer, "tnt_a", PRINCIPAL);

        // When
        now = now.plus(LIFETIME.dividedBy(2)).minusMillis(1);
        String again = tokens.authorization(peer, "tnt_a", PRINCIPAL);
        Optional<String> atHand = tokens.atHand(peer, "tnt_a", PRINCIPAL);
        now = now.plusMillis(1);
        Optional<String> tooOld = tokens.atHand(peer, "tnt_a", PRINCIPAL);
        String next = tokens.authorization(peer, "tnt_a", PRINCIPAL);

        // Then
        assertThat(again).isEqualTo(first);
        assertThat(atHand).contains(first);
        assertThat(tooOld).isEmpty();
        assertThat(claims(next).getJWTID()).isNotEqualTo(claims(first).getJWTID());
    }

    @Test
    void shouldNotUseATokenOfATimeThatAClockWasAhead() throws Exception {
        // Given
        Peer peer = peer("stk_b", "http", null);
        now = now.plus(Duration.ofHours(1));
        String ahead = tokens.authorization(peer, "tnt_a", PRINCIPAL);

        // When
        now = now.minus(Duration.ofHours(1));
        String next = tokens.authorization(peer, "tnt_a", PRINCIPAL);

        // Then
        assertThat(next).isNotEqualTo(ahead);
        assertThat(claims(next).getNotBeforeTime()).isEqualTo(Date.from(now));
    }

    @Test
    void shouldMixNoPeersTenantsOrPrincipals() throws Exception {
        // When
        List<String> all = List.of(
                tokens.authorization(peer("stk_b", "http", null), "tnt_a", PRINCIPAL),
                tokens.authorization(peer("stk_c", "http", null), "tnt_a", PRINCIPAL),
                tokens.authorization(peer("stk_b", "http", null), "tnt_b", PRINCIPAL),
                tokens.authorization(peer("stk_b", "http", null), "tnt_a", Optional.of("prn_b")),
                tokens.authorization(peer("stk_b", "http", null), "tnt_a", Optional.empty()));

        // Then
        assertThat(all).doesNotHaveDuplicates();
        assertThat(claims(all.get(2)).getStringClaim("tenant_id")).isEqualTo("tnt_b");
        assertThat(claims(all.get(3)).getSubject()).isEqualTo("prn_b");
    }

    private static JwtSettings.Own settings(Optional<String> issuer) {
        return new JwtSettings.Own(Optional.empty(), Duration.ofDays(1), issuer, LIFETIME, Set.of("runs:write"));
    }

    private static JWTClaimsSet claims(String authorization) throws Exception {
        return parse(authorization).getJWTClaimsSet();
    }

    private static SignedJWT parse(String authorization) throws Exception {
        assertThat(authorization).startsWith("Bearer ");
        return SignedJWT.parse(authorization.substring("Bearer ".length()));
    }

    private static Peer peer(String stackId, String scheme, String audience) {
        return new Peer(
                new PeerInfo(stackId, null, null, null, null, null),
                URI.create(scheme + "://" + stackId + ".example"),
                List.of(),
                Optional.empty(),
                Peer.Policy.UNRESTRICTED,
                Peer.Redelivery.DEFAULT,
                Peer.Limits.NONE,
                Peer.Quotas.NONE,
                new Peer.Mirror(true, OptionalInt.empty(), OptionalInt.empty()),
                Peer.Token.OWN,
                Optional.ofNullable(audience),
                true,
                false,
                Optional.empty());
    }
}
