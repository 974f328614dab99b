package org.agentos.federation.trust;

import static org.agentos.federation.trust.TestTokens.EC;
import static org.agentos.federation.trust.TestTokens.ED;
import static org.agentos.federation.trust.TestTokens.OTHER_EC;
import static org.agentos.federation.trust.TestTokens.RSA;
import static org.agentos.federation.trust.TestTokens.base64;
import static org.agentos.federation.trust.TestTokens.claims;
import static org.agentos.federation.trust.TestTokens.es256;
import static org.agentos.federation.trust.TestTokens.seconds;
import static org.agentos.federation.trust.TestTokens.signed;
import static org.agentos.federation.trust.TestTokens.verifierOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerifierTest {

    @Test
    void shouldReadWhatTokenSays() {
        // Given
        String token =
                es256(claims(",\"scope\":\"runs:forward events:read\",\"scopes\":[\"a\"],\"scp\":[\"b\",\"*\"]"));

        // When
        VerifiedToken verified = verifierOf(EC.getPublic()).verify(token);

        // Then
        assertThat(verified)
                .isEqualTo(new VerifiedToken(
                        Optional.of("tnt_a"),
                        Optional.of("prn_a"),
                        Set.of("runs:forward", "events:read", "a", "b"),
                        Optional.of("https://idp"),
                        Optional.of("prn_a"),
                        Instant.ofEpochSecond(seconds(3600)),
                        Instant.ofEpochSecond(seconds(3600)).plus(TokenRules.DEFAULT_LEEWAY),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void shouldReadShortClaimNames() {
        // Given
        String token = es256("{\"tid\":\"tnt_b\",\"principal_id\":\"prn_b\",\"sub\":\"x\",\"exp\":" + seconds(1) + "}");

        // When
        VerifiedToken verified = verifierOf(EC.getPublic()).verify(token);

        // Then
        assertThat(verified.tenantId()).contains("tnt_b");
        assertThat(verified.principalId()).contains("prn_b");
        assertThat(verified.scopes()).isEmpty();
    }

    @Test
    void shouldVerifyRsaAndEd25519() {
        assertThat(verifierOf(RSA.getPublic())
                        .verify(signed("{\"alg\":\"RS256\"}", TestTokens.CLAIMS, RSA.getPrivate()))
                        .tenantId())
                .contains("tnt_a");
        assertThat(verifierOf(ED.getPublic())
                        .verify(signed("{\"alg\":\"EdDSA\"}", TestTokens.CLAIMS, ED.getPrivate()))
                        .tenantId())
                .contains("tnt_a");
    }

    @ParameterizedTest
    @CsvSource({"-4,true", "-5,false", "-3600,false"})
    void shouldAllowForClocksThatDifferALittleAtExpiry(long expires, boolean good) {
        assertThat(isGood("{\"tenant_id\":\"t\",\"exp\":" + seconds(expires) + "}"))
                .isEqualTo(good);
    }

    @ParameterizedTest
    @CsvSource({"0,true", "5,true", "6,false", "3600,false"})
    void shouldAllowForClocksThatDifferALittleAtStart(long notBefore, boolean good) {
        assertThat(isGood(claims(",\"nbf\":" + seconds(notBefore)))).isEqualTo(good);
    }

    @Test
    void shouldRememberGoodTokenForAWhileOnly() {
        // Given
        AtomicInteger asked = new AtomicInteger();
        AtomicReference<Instant> now = new AtomicReference<>(TestTokens.NOW);
        VerificationKey key = VerificationKey.of(Optional.empty(), EC.getPublic());
        KeySource keys = (keyId, algorithm) -> asked.getAndIncrement() == 0 ? List.of(key) : List.of();
        TokenVerifier verifier = new TokenVerifier(keys, TestPeers.NO_KEYS, TokenRules.OPEN, now::get);
        String token = es256(TestTokens.CLAIMS);

        // When
        VerifiedToken first = verifier.verify(token);
        now.set(TestTokens.NOW.plus(TokenVerifier.REMEMBERED_FOR).minusMillis(1));
        VerifiedToken second = verifier.verify(token);
        now.set(TestTokens.NOW.plus(TokenVerifier.REMEMBERED_FOR));

        // Then
        assertThat(second).isEqualTo(first);
        assertThat(asked).hasValue(1);
        assertThat(catchThrowableOfType(FederationException.class, () -> verifier.verify(token)))
                .hasMessage("the signature does not verify");
    }

    @Test
    void shouldForgetWhatItRemembersFromAClockThatWasAhead() {
        // Given
        AtomicInteger asked = new AtomicInteger();
        AtomicReference<Instant> now = new AtomicReference<>(TestTokens.NOW);
        VerificationKey key = VerificationKey.of(Optional.empty(), EC.getPublic());
        KeySource keys = (keyId, algorithm) -> asked.getAndIncrement() == 0 ? List.of(key) : List.of();
        TokenVerifier verifier = new TokenVerifier(keys, TestPeers.NO_KEYS, TokenRules.OPEN, now::get);
        String token = es256(TestTokens.CLAIMS);
        verifier.verify(token);

        // When
        now.set(TestTokens.NOW.minus(Duration.ofHours(1)));

        // Then
        assertThat(catchThrowableOfType(FederationException.class, () -> verifier.verify(token)))
                .hasMessage("the signature does not verify");
    }

    @Test
    void shouldLookAtTimesOfRememberedToken() {
        // Given
        AtomicReference<Instant> now = new AtomicReference<>(TestTokens.NOW);
        VerificationKey key = VerificationKey.of(Optional.empty(), EC.getPublic());
        TokenVerifier verifier =
                new TokenVerifier(new FixedKeys(List.of(key)), TestPeers.NO_KEYS, TokenRules.OPEN, now::get);
        String token = es256("{\"tenant_id\":\"t\",\"exp\":" + seconds(10) + "}");
        verifier.verify(token);

        // When
        now.set(TestTokens.NOW.plusSeconds(15));

        // Then
        assertThat(catchThrowableOfType(FederationException.class, () -> verifier.verify(token)))
                .hasMessage("the token has expired");
    }

    /** Each algorithm, signed by the library that issuers use. */
    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"})
    void shouldVerifyEachAlgorithmOfItsKeyOnly(String name) throws Exception {
        // Given
        JWSAlgorithm algorithm = JWSAlgorithm.parse(name);
        KeyPair pair = name.startsWith("ES") ? TestTokens.ec(CURVES.get(name)) : RSA;
        SignedJWT token = new SignedJWT(new JWSHeader(algorithm), JWTClaimsSet.parse(TestTokens.CLAIMS));
        token.sign(
                name.startsWith("ES")
                        ? new ECDSASigner((ECPrivateKey) pair.getPrivate())
                        : new RSASSASigner(pair.getPrivate()));

        // When / Then
        assertThat(outcome(verifierOf(pair.getPublic()), token.serialize())).isEqualTo("good");
        assertThat(outcome(verifierOf(TestTokens.ED.getPublic()), token.serialize()))
                .isEqualTo("the signature does not verify");
    }

    private static final Map<String, String> CURVES =
            Map.of("ES256", "secp256r1", "ES384", "secp384r1", "ES512", "secp521r1");

    /** Where issuers and audiences are named, a token says both, and right. */
    @ParameterizedTest(name = "iss {0}, aud {1} -> {2}")
    @CsvSource({
        "https://idp, '\"gateway\"', good",
        "https://other, '[\"stk_x\",\"gateway\"]', good",
        "https://evil, '\"gateway\"', the token is of an issuer that is not trusted",
        "-, '\"gateway\"', the token is of an issuer that is not trusted",
        "https://idp, '\"stk_x\"', the token is meant for somebody else",
        "https://idp, '[]', the token is meant for somebody else",
        "https://idp, -, the token is meant for somebody else"
    })
    void shouldTakeNamedIssuersAndAudiencesOnly(String issuer, String audience, String expected) {
        // Given
        TokenVerifier verifier = verifier(new TokenRules(
                Set.of("https://idp", "https://other"), Set.of("gateway"), Duration.ZERO, Optional.empty()));
        String claims = "{\"tenant_id\":\"t\",\"exp\":" + seconds(10)
                + (issuer.equals("-") ? "" : ",\"iss\":\"" + issuer + "\"")
                + (audience.equals("-") ? "" : ",\"aud\":" + audience) + "}";

        // When / Then
        assertThat(outcome(verifier, es256(claims))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"-1,false", "0,false", "1,true"})
    void shouldAllowForClocksAsMuchAsIsConfigured(long expires, boolean good) {
        // Given
        TokenVerifier verifier = verifier(new TokenRules(Set.of(), Set.of(), Duration.ZERO, Optional.empty()));

        // When / Then
        assertThat(outcome(verifier, es256("{\"exp\":" + seconds(expires) + "}"))
                        .equals("good"))
                .isEqualTo(good);
    }

    /** Even where its own key is, by mistake, among those that verify. */
    @ParameterizedTest
    @CsvSource({"stk_a, k1, false", "stk_a, own, false", "https://idp, own, false", "https://idp, k1, true"})
    void shouldTakeNoTokenOfItsOwn(String issuer, String keyId, boolean taken) {
        // Given
        TokenRules.OwnIssue own = new TokenRules.OwnIssue("stk_a", "own"::equals);
        TokenVerifier verifier = verifier(new TokenRules(Set.of(), Set.of(), Duration.ZERO, Optional.of(own)));
        String token = signed(
                "{\"alg\":\"ES256\",\"kid\":\"" + keyId + "\"}",
                "{\"iss\":\"" + issuer + "\",\"tenant_id\":\"t\",\"exp\":" + seconds(10) + "}",
                EC.getPrivate());

        // When / Then
        assertThat(outcome(verifier, token))
                .isEqualTo(taken ? "good" : "the token was issued by this gateway, for its peers");
    }

    private static TokenVerifier verifier(TokenRules rules) {
        VerificationKey key = VerificationKey.of(Optional.empty(), EC.getPublic());
        return new TokenVerifier(new FixedKeys(List.of(key)), TestPeers.NO_KEYS, rules, () -> TestTokens.NOW);
    }

    private static String outcome(TokenVerifier verifier, String token) {
        try {
            verifier.verify(token);
            return "good";
        } catch (FederationException refused) {
            return refused.getMessage();
        }
    }

    static Stream<Arguments> wrongTokens() {
        String good = es256(TestTokens.CLAIMS);
        List<String> parts = List.of(good.split("\\.", -1));
        return Stream.of(
                refused("", "the token is not a signed JWT"),
                refused("a.b", "the token is not a signed JWT"),
                refused("x".repeat(16_385), "the token is too long"),
                refused(base64("{\"alg\":\"none\"}") + "." + parts.get(1) + ".", "the token is not a signed JWT"),
                refused(
                        base64("{\"alg\":\"none\"}") + "." + parts.get(1) + "." + parts.get(2),
                        "the token is not a signed JWT"),
                refused(parts.get(0) + "." + parts.get(1) + ".", "the token is not a signed JWT"),
                refused(
                        parts.get(0) + "." + base64(claims(",\"x\":1")) + "." + parts.get(2),
                        "the signature does not verify"),
                refused(
                        signed("{\"alg\":\"ES256\"}", TestTokens.CLAIMS, OTHER_EC.getPrivate()),
                        "the signature does not verify"),
                refused(
                        signed("{\"alg\":\"RS256\"}", TestTokens.CLAIMS, RSA.getPrivate()),
                        "the signature does not verify"),
                refused(hmacWithPublicKey(), "the signature does not verify"),
                refused(derSignature(), "the signature does not verify"),
                refused(
                        parts.get(0) + "." + parts.get(1) + "." + Base64URL.encode(new byte[64]),
                        "the signature does not verify"),
                refused(
                        signed(
                                "{\"alg\":\"ES256\",\"jwk\":" + OtherKey.JWK + "}",
                                TestTokens.CLAIMS,
                                OTHER_EC.getPrivate()),
                        "the signature does not verify"),
                refused(
                        signed(
                                "{\"alg\":\"ES256\",\"jku\":\"http://127.0.0.1:1/\"}",
                                TestTokens.CLAIMS,
                                OTHER_EC.getPrivate()),
                        "the signature does not verify"),
                refused(
                        signed("{\"alg\":\"ES256\",\"crit\":[\"exp\"],\"exp\":1}", TestTokens.CLAIMS, EC.getPrivate()),
                        "the token demands extensions that are not understood"),
                refused(
                        signed("{\"alg\":\"ES256\",\"typ\":\"logout+jwt\"}", TestTokens.CLAIMS, EC.getPrivate()),
                        "the token is of another type than JWT"),
                refused(es256("{\"tenant_id\":\"t\"}"), "the token has no expiry"),
                refused(es256("{\"tenant_id\":\"t\",\"exp\":1}"), "the token has expired"),
                refused(es256(claims(",\"nbf\":" + seconds(60))), "the token is not valid yet"),
                refused(es256(claims(",\"tid\":\"tnt_b\"")), "the token names two tenants"),
                refused(es256(claims(",\"cnf\":7")), "the claim cnf is of the wrong type"),
                refused(es256(claims(",\"cnf\":{\"x5t#S256\":7}")), "the claim cnf is of the wrong type"),
                refused(
                        signed(
                                "{\"alg\":\"ES256\",\"x5u\":\"http://127.0.0.1:1/\"}",
                                TestTokens.CLAIMS,
                                OTHER_EC.getPrivate()),
                        "the signature does not verify"),
                refused(es256(claims(",\"scp\":{}")), "the claim scp is of the wrong type"),
                refused(es256(claims(",\"scopes\":[1]")), "the claim scopes is of the wrong type"),
                refused(es256(claims(",\"principal_id\":7")), "the claim principal_id is of the wrong type"),
                refused(es256(claims(",\"principal_id\":\"a\\u0000b\"")), "the claim principal_id is not an id"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("wrongTokens")
    void shouldRefuse(String token, String why) {
        // When
        FederationException refusal = catchThrowableOfType(
                FederationException.class, () -> verifierOf(EC.getPublic()).verify(token));

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.UNAUTHORIZED);
        assertThat(refusal.getMessage()).isEqualTo(why);
        assertThat(refusal.headers())
                .containsEntry("WWW-Authenticate", "Bearer error=\"invalid_token\", error_description=\"" + why + "\"");
    }

    private static boolean isGood(String claims) {
        try {
            verifierOf(EC.getPublic()).verify(es256(claims));
            return true;
        } catch (FederationException e) {
            return false;
        }
    }

    private static Arguments refused(String token, String why) {
        return Arguments.of(token, why);
    }

    /** The public key, which everybody has, used as if it were a shared secret. */
    private static String hmacWithPublicKey() {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            byte[] secret = TestTokens.pem(EC.getPublic()).getBytes(StandardCharsets.US_ASCII);
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            String input = base64("{\"alg\":\"HS256\"}") + "." + base64(TestTokens.CLAIMS);
            return input + "." + Base64URL.encode(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The right key, but the encoding of X.509 instead of that of JOSE. */
    private static String derSignature() {
        String input = base64("{\"alg\":\"ES256\"}") + "." + base64(TestTokens.CLAIMS);
        return input + "." + Base64URL.encode(TestTokens.signature("SHA256withECDSA", input, EC.getPrivate()));
    }

    /** The key of the forger, sent along in the token. */
    private static final class OtherKey {
        static final String JWK = new com.nimbusds.jose.jwk.ECKey.Builder(
                        com.nimbusds.jose.jwk.Curve.P_256, (java.security.interfaces.ECPublicKey) OTHER_EC.getPublic())
                .build()
                .toJSONString();
    }
}
