package org.agentos.federation.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FixedKeysTest {
    private static final String EC_JWK = new ECKey.Builder(Curve.P_256, (ECPublicKey) TestTokens.EC.getPublic())
            .keyID("one")
            .build()
            .toJSONString();
    private static final String ED_JWK =
            new OctetKeyPair.Builder(Curve.Ed25519, edX()).keyID("two").build().toJSONString();

    @TempDir
    Path folder;

    @Test
    void shouldReadPemFile() throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("key.pem"), TestTokens.pem(TestTokens.RSA.getPublic()));

        // When
        KeySource keys = TokenKeys.open(file.toString(), HttpClient.newHttpClient(), () -> TestTokens.NOW);

        // Then
        assertThat(keys.find(Optional.of("any"), JWSAlgorithm.PS512)).hasSize(1);
        assertThat(keys.find(Optional.of("any"), JWSAlgorithm.ES256)).isEmpty();
        assertThat(keys.find(Optional.of("any"), JWSAlgorithm.HS256)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"one,ES256,1", "two,EdDSA,1", "two,ES256,0", "three,ES256,0", "one,ES384,0", ",ES256,1"})
    void shouldFindKeyByIdAndAlgorithm(String keyId, String algorithm, int found) {
        // Given
        KeySource keys = FixedKeys.parse("{\"keys\":[" + EC_JWK + "," + ED_JWK + "]}");

        // When / Then
        assertThat(keys.find(Optional.ofNullable(keyId), JWSAlgorithm.parse(algorithm)))
                .hasSize(found);
    }

    @Test
    void shouldVerifyWithEd25519KeyOfSet() {
        // Given
        TokenVerifier verifier = new TokenVerifier(
                FixedKeys.parse("{\"keys\":[" + ED_JWK + "]}"),
                TestPeers.NO_KEYS,
                TokenRules.OPEN,
                () -> TestTokens.NOW);

        // When
        VerifiedToken token = verifier.verify(TestTokens.signed(
                "{\"alg\":\"EdDSA\",\"kid\":\"two\"}", TestTokens.CLAIMS, TestTokens.ED.getPrivate()));

        // Then
        assertThat(token.tenantId()).contains("tnt_a");
    }

    @Test
    void shouldKeepKeyToAlgorithmItNames() {
        // Given
        String jwk = new RSAKey.Builder((RSAPublicKey) TestTokens.RSA.getPublic())
                .algorithm(JWSAlgorithm.RS256)
                .build()
                .toJSONString();

        // When
        KeySource keys = FixedKeys.parse("{\"keys\":[" + jwk + "]}");

        // Then
        assertThat(keys.find(Optional.empty(), JWSAlgorithm.RS256)).hasSize(1);
        assertThat(keys.find(Optional.empty(), JWSAlgorithm.RS512)).isEmpty();
    }

    static Stream<Arguments> unfit() {
        return Stream.of(
                Arguments.of("", "holds neither a PEM public key nor a JSON Web Key Set"),
                Arguments.of("ssh-rsa AAAA", "holds neither a PEM public key nor a JSON Web Key Set"),
                Arguments.of("{\"kty\":\"EC\"}", "is not a JSON Web Key Set"),
                Arguments.of("{\"keys\":[]}", "holds no RSA, EC or Ed25519 key for signatures"),
                Arguments.of(
                        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}",
                        "holds a private or symmetric key, which must not be there"),
                Arguments.of(
                        "{\"keys\":[" + EC_JWK.replace("\"kid\"", "\"use\":\"enc\",\"kid\"") + "]}",
                        "holds no RSA, EC or Ed25519 key for signatures"),
                Arguments.of(
                        TestTokens.pem("PRIVATE KEY", TestTokens.EC.getPrivate().getEncoded()),
                        "must hold one PEM block \"PUBLIC KEY\" (openssl pkey -pubout makes it) and nothing else"),
                Arguments.of(
                        TestTokens.pem(TestTokens.EC.getPublic()) + TestTokens.pem(TestTokens.RSA.getPublic()),
                        "must hold one PEM block \"PUBLIC KEY\" (openssl pkey -pubout makes it) and nothing else"),
                Arguments.of(
                        TestTokens.pem("PUBLIC KEY", new byte[] {1, 2, 3}), "holds no RSA, EC or Ed25519 public key"),
                Arguments.of(
                        TestTokens.pem(TestTokens.pair("RSA", 1024).getPublic()),
                        "holds an RSA key of fewer than 2048 bits"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("unfit")
    void shouldNameWhatMakesKeyFileUnfit(String content, String why) throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("key"), content);

        // When / Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenKeys.open(file.toString(), HttpClient.newHttpClient(), () -> TestTokens.NOW))
                .withMessage("names " + file + ", which " + why);
    }

    @Test
    void shouldNameFileThatIsMissing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenKeys.open("nowhere.pem", HttpClient.newHttpClient(), () -> TestTokens.NOW))
                .withMessage("names nowhere.pem, which cannot be read");
    }

    /** The key itself: the last 32 bytes of its SubjectPublicKeyInfo. */
    private static Base64URL edX() {
        byte[] encoded = TestTokens.ED.getPublic().getEncoded();
        return Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
    }
}
