package org.agentos.federation.trust;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import java.util.Set;

/**
 * A public key together with the algorithms it verifies. The binding defeats a token that names an algorithm of its own
 * choice, HMAC with the public key as the secret above all (RFC 8725, section 3.1).
 *
 * @param keyId absent: the key answers to any
 */
record VerificationKey(Optional<String> keyId, Set<JWSAlgorithm> algorithms, JWSVerifier verifier) {
    /** NIST SP 800-131A: shorter keys no longer prove anything. */
    private static final int MIN_RSA_BITS = 2048;

    private static final Set<JWSAlgorithm> RSA = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512);
    private static final Set<JWSAlgorithm> EDWARDS = Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);

    /** @throws IllegalArgumentException for a key that verifies nothing here, saying why */
    static VerificationKey of(Optional<String> keyId, PublicKey key) {
        try {
            if (key instanceof RSAPublicKey rsa) {
                return rsa(keyId, rsa);
            }
            if (key instanceof ECPublicKey ec) {
                ECDSAVerifier verifier = new ECDSAVerifier(ec);
                return new VerificationKey(keyId, verifier.supportedJWSAlgorithms(), verifier);
            }
            if (key instanceof EdECPublicKey ed) {
                return new VerificationKey(keyId, EDWARDS, new Ed25519Verifier(ed));
            }
        } catch (JOSEException e) {
            throw new IllegalArgumentException("holds a key of a curve other than P-256, P-384, P-521 or Ed25519", e);
        }
        throw new IllegalArgumentException("holds a " + key.getAlgorithm() + " key; RSA, EC or Ed25519 is needed");
    }

    private static VerificationKey rsa(Optional<String> keyId, RSAPublicKey key) {
        if (key.getModulus().bitLength() < MIN_RSA_BITS) {
            throw new IllegalArgumentException("holds an RSA key of fewer than " + MIN_RSA_BITS + " bits");
        }
        return new VerificationKey(keyId, RSA, new RSASSAVerifier(key));
    }

    /** The same key for one algorithm only, as a JWK's {@code alg} asks. */
    VerificationKey only(JWSAlgorithm algorithm) {
        return new VerificationKey(keyId, algorithms.contains(algorithm) ? Set.of(algorithm) : Set.of(), verifier);
    }

    boolean answersTo(Optional<String> wantedKeyId, JWSAlgorithm algorithm) {
        return algorithms.contains(algorithm)
                && (wantedKeyId.isEmpty() || keyId.isEmpty() || keyId.equals(wantedKeyId));
    }

    boolean verifies(SignedJWT token) {
        try {
            return verifier.verify(token.getHeader(), token.getSigningInput(), token.getSignature());
        } catch (JOSEException e) {
            return false;
        }
    }
}
