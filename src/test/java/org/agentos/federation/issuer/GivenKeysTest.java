package org.agentos.federation.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys made by openssl, whose own idea of the public half is what signatures are held against. */
class GivenKeysTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RSA     | -pkeyopt rsa_keygen_bits:2048     | RS256",
                "EC      | -pkeyopt ec_paramgen_curve:P-256  | ES256",
                "EC      | -pkeyopt ec_paramgen_curve:P-384  | ES384",
                "EC      | -pkeyopt ec_paramgen_curve:P-521  | ES512",
                "ED25519 |                                   | EdDSA"
            })
    void shouldSignSoThatOpensslsPublicKeyVerifies(String algorithm, String options, String expected) throws Exception {
        // Given
        Path file = generate("key.pem", algorithm, options);
        OwnKey key = GivenKeys.read(file).signing();

        // When
        SignedJWT token = SignedJWT.parse(
                key.sign(new JWTClaimsSet.Builder().subject("prn_a").build()));

        // Then
        assertThat(token.getHeader().getAlgorithm().getName()).isEqualTo(expected);
        assertThat(token.getHeader().getKeyID()).isEqualTo(key.kid());
        assertThat(verifies(token, publicHalf(file, algorithm))).isTrue();
        assertThat(key.published()).containsEntry("alg", expected).doesNotContainKeys("d", "p", "q", "dp", "dq", "qi");
    }

    /** A file need not hold an EC key's public half; it is told from the private one. */
    @Test
    void shouldTellPublicHalfThatTheFileDoesNotHold() throws Exception {
        // Given
        Path whole = generate("whole.pem", "EC", "-pkeyopt ec_paramgen_curve:P-256");
        Path bare = directory.resolve("bare.pem");
        openssl(
                "ec",
                "-in",
                whole.toString(),
                "-no_public",
                "-out",
                directory.resolve("sec1.pem").toString());
        openssl(
                "pkcs8",
                "-topk8",
                "-nocrypt",
                "-in",
                directory.resolve("sec1.pem").toString(),
                "-out",
                bare.toString());

        // When / Then
        assertThat(GivenKeys.read(bare).jwks()).isEqualTo(GivenKeys.read(whole).jwks());
    }

    @Test
    void shouldSignWithTheFirstAndPublishAll() throws Exception {
        // Given
        Path first = generate("1.pem", "ED25519", null);
        Path second = generate("2.pem", "EC", "-pkeyopt ec_paramgen_curve:P-256");
        Path both =
                Files.writeString(directory.resolve("both.pem"), Files.readString(first) + Files.readString(second));

        // When
        GivenKeys keys = GivenKeys.read(both);

        // Then
        String firstKid = GivenKeys.read(first).signing().kid();
        String secondKid = GivenKeys.read(second).signing().kid();
        assertThat(keys.signing().kid()).isEqualTo(firstKid);
        assertThat(keys.published()).extracting(OwnKey::kid).containsExactly(firstKid, secondKid);
        assertThat(List.of(keys.holds(firstKid), keys.holds(secondKid), keys.holds("x")))
                .containsExactly(true, true, false);
    }

    @Test
    void shouldNameWhatIsUnfit() throws Exception {
        Path encrypted = directory.resolve("enc.pem");
        openssl(
                "genpkey",
                "-algorithm",
                "EC",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-aes256",
                "-pass",
                "pass:x",
                "-out",
                encrypted.toString());
        Path weak = generate("weak.pem", "RSA", "-pkeyopt rsa_keygen_bits:1024");
        Path odd = generate("odd.pem", "EC", "-pkeyopt ec_paramgen_curve:secp256k1");
        assertUnfit(encrypted, "only \"PRIVATE KEY\" is read");
        assertUnfit(weak, "RSA key of fewer than 2048 bits");
        assertUnfit(odd, "private key");
        assertUnfit(Files.writeString(directory.resolve("none.pem"), "nothing"), "1 to 8 private keys");
        assertUnfit(directory.resolve("missing.pem"), "cannot be read");
        assertUnfit(
                Files.writeString(
                        directory.resolve("rubbish.pem"),
                        "-----BEGIN PRIVATE KEY-----\nbWFya2Vy\n-----END PRIVATE KEY-----\n"),
                "not of RSA, EC or Ed25519");
    }

    private static void assertUnfit(Path file, String why) {
        assertThatIllegalArgumentException()
                .as(file.toString())
                .isThrownBy(() -> GivenKeys.read(file))
                .withMessageContaining(why);
    }

    private static boolean verifies(SignedJWT token, PublicKey key) throws Exception {
        if (key instanceof RSAPublicKey rsa) {
            return token.verify(new RSASSAVerifier(new RSAKey.Builder(rsa).build()));
        }
        if (key instanceof ECPublicKey ec) {
            JWSVerifier verifier = new ECDSAVerifier(
                    new ECKey.Builder(com.nimbusds.jose.jwk.Curve.forECParameterSpec(ec.getParams()), ec).build());
            return token.verify(verifier);
        }
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(key);
        signature.update(token.getSigningInput());
        return signature.verify(token.getSignature().decode());
    }

    private PublicKey publicHalf(Path key, String algorithm) throws Exception {
        Path half = directory.resolve("public.pem");
        openssl("pkey", "-in", key.toString(), "-pubout", "-out", half.toString());
        String body = Files.readString(half).replaceAll("-----[A-Z ]+-----", "");
        return KeyFactory.getInstance(algorithm)
                .generatePublic(new X509EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
    }

    private Path generate(String name, String algorithm, String options) throws Exception {
        Path file = directory.resolve(name);
        openssl(("genpkey -algorithm " + algorithm + " " + (options == null ? "" : options) + " -out " + file)
                .split("\\s+"));
        return file;
    }

    private void openssl(String... arguments) throws IOException, InterruptedException {
        List<String> line = new java.util.ArrayList<>(List.of("openssl"));
        line.addAll(List.of(arguments));
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("openssl.log").toFile())
                .start();
        process.getOutputStream().close();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(directory.resolve("openssl.log"), StandardCharsets.UTF_8))
                .isZero();
    }
}
