package org.agentos.federation.issuer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Date;
import java.util.Map;

/** A private key of this gateway, known by the thumbprint of its public half (RFC 7638). */
final class OwnKey {
    private static final Map<Curve, JWSAlgorithm> OF_CURVE =
            Map.of(Curve.P_256, JWSAlgorithm.ES256, Curve.P_384, JWSAlgorithm.ES384, Curve.P_521, JWSAlgorithm.ES512);

    private final JWK secret;
    private final JWSAlgorithm algorithm;
    private final JWSSigner signer;

    private OwnKey(JWK secret, JWSAlgorithm algorithm, JWSSigner signer) {
        this.secret = secret;
        this.algorithm = algorithm;
        this.signer = signer;
    }

    /** A new key of P-256, which every verifier of JWTs knows. */
    static OwnKey generate(SecureRandom random, Instant now) {
        try {
            return of(new ECKeyGenerator(Curve.P_256)
                    .secureRandom(random)
                    .keyIDFromThumbprint(true)
                    .issueTime(Date.from(now))
                    .generate());
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java platform has P-256", e);
        }
    }

    /**
     * A private key with a key id.
     *
     * @throws IllegalArgumentException for a key that signs nothing here, as the end of a sentence
     */
    static OwnKey of(JWK secret) {
        try {
            if (secret instanceof RSAKey rsa && rsa.isPrivate()) {
                return new OwnKey(rsa, JWSAlgorithm.RS256, new RSASSASigner(rsa));
            }
            if (secret instanceof ECKey ec && ec.isPrivate() && OF_CURVE.containsKey(ec.getCurve())) {
                return new OwnKey(ec, OF_CURVE.get(ec.getCurve()), new ECDSASigner(ec));
            }
            if (secret instanceof OctetKeyPair ed
                    && ed.isPrivate()
                    && ed.getCurve().equals(Curve.Ed25519)) {
                return new OwnKey(ed, JWSAlgorithm.EdDSA, new Ed25519Signer(ed));
            }
        } catch (JOSEException e) {
            throw new IllegalArgumentException("holds a key that cannot sign", e);
        }
        throw new IllegalArgumentException("must hold private keys of RSA, P-256, P-384, P-521 or Ed25519");
    }

    String kid() {
        return secret.getKeyID();
    }

    /** When it was made; keys of an operator do not tell. */
    Instant made() {
        return secret.getIssueTime() == null
                ? Instant.EPOCH
                : secret.getIssueTime().toInstant();
    }

    /** The key with its secret half, for the file in the data directory and nothing else. */
    JWK secret() {
        return secret;
    }

    /** The public half with what a verifier may use it for. */
    Map<String, Object> published() {
        Map<String, Object> members = secret.toPublicJWK().toJSONObject();
        members.remove("iat");
        members.put("use", "sig");
        members.put("alg", algorithm.getName());
        return members;
    }

    /** The compact form of a token with these claims. */
    String sign(JWTClaimsSet claims) {
        JWSHeader header = new JWSHeader.Builder(algorithm)
                .type(JOSEObjectType.JWT)
                .keyID(kid())
                .build();
        SignedJWT token = new SignedJWT(header, claims);
        try {
            token.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("a key that signed before does not sign", e);
        }
        return token.serialize();
    }

    @Override
    public String toString() {
        return "OwnKey[" + kid() + "]";
    }
}
