package org.agentos.federation.trust;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agentos.federation.peer.PeerRegistry;

/** Keys and tokens for tests. Tokens are put together by hand, so that wrong ones can be made as well as right ones. */
final class TestTokens {
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    static final KeyPair EC = ec("secp256r1");
    static final KeyPair OTHER_EC = ec("secp256r1");
    static final KeyPair RSA = pair("RSA", 2048);
    static final KeyPair ED = pair("Ed25519", 0);

    static final String CLAIMS = claims("");

    private TestTokens() {}

    static TokenVerifier verifierOf(PublicKey key) {
        return verifierOf(key, TestPeers.registry());
    }

    /** A verifier for tokens of peers too. */
    static TokenVerifier verifierOf(PublicKey key, PeerRegistry registry) {
        return new TokenVerifier(
                new FixedKeys(List.of(VerificationKey.of(Optional.empty(), key))),
                new PeerKeys(registry, HttpClient::newHttpClient, () -> NOW),
                TokenRules.OPEN,
                () -> NOW);
    }

    /** A token of tenant tnt_a and principal prn_a with an hour to live; more claims may follow. */
    static String claims(String more) {
        return "{\"tenant_id\":\"tnt_a\",\"sub\":\"prn_a\",\"iss\":\"https://idp\",\"exp\":" + seconds(3600) + more
                + "}";
    }

    static long seconds(long fromNow) {
        return NOW.getEpochSecond() + fromNow;
    }

    static String es256(String claims) {
        return signed("{\"alg\":\"ES256\"}", claims, EC.getPrivate());
    }

    /** A token signed as the header's alg asks, whatever else the header says. */
    static String signed(String header, String claims, PrivateKey key) {
        String input = base64(header) + "." + base64(claims);
        String algorithm = Map.of(
                        "ES256", "SHA256withECDSAinP1363Format",
                        "RS256", "SHA256withRSA",
                        "EdDSA", "Ed25519")
                .get(algorithm(header).getName());
        return input + "." + Base64URL.encode(signature(algorithm, input, key));
    }

    static byte[] signature(String algorithm, String input, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(input.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String base64(String json) {
        return Base64URL.encode(json).toString();
    }

    static String pem(PublicKey key) {
        return pem("PUBLIC KEY", key.getEncoded());
    }

    static String pem(String label, byte[] encoded) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    static KeyPair ec(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair pair(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (bits > 0) {
                generator.initialize(bits);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JWSAlgorithm algorithm(String header) {
        try {
            return JWSHeader.parse(header).getAlgorithm();
        } catch (java.text.ParseException e) {
            throw new IllegalStateException(e);
        }
    }
}
