package org.agentos.federation.trust;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Reads a JSON Web Key Set (RFC 7517). */
final class Jwks {
    /** A token without a key id is tried with each key; more of them would make guessing tokens a way to burn CPU. */
    private static final int MAX_KEYS = 32;

    private static final int ED25519_KEY_BYTES = 32;

    /** SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410, section 4). */
    private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private Jwks() {}

    /**
     * The keys of a set that verify signatures; others, encryption keys say, are left out.
     *
     * @throws IllegalArgumentException when the text is no key set, holds a secret, or has no usable key
     */
    static List<VerificationKey> read(String json) {
        List<JWK> all = parse(json);
        if (all.stream().anyMatch(JWK::isPrivate)) {
            throw new IllegalArgumentException("holds a private or symmetric key, which must not be there");
        }
        if (all.size() > MAX_KEYS) {
            throw new IllegalArgumentException("holds more than " + MAX_KEYS + " keys");
        }
        List<VerificationKey> usable = new ArrayList<>();
        all.forEach(jwk -> usable(jwk).ifPresent(usable::add));
        if (usable.isEmpty()) {
            throw new IllegalArgumentException("holds no RSA, EC or Ed25519 key for signatures");
        }
        return List.copyOf(usable);
    }

    private static List<JWK> parse(String json) {
        try {
            return JWKSet.parse(json).getKeys();
        } catch (ParseException e) {
            throw new IllegalArgumentException("is not a JSON Web Key Set", e);
        }
    }

    private static Optional<VerificationKey> usable(JWK jwk) {
        if (jwk.getKeyUse() != null && !jwk.getKeyUse().equals(KeyUse.SIGNATURE)) {
            return Optional.empty();
        }
        try {
            VerificationKey key = VerificationKey.of(Optional.ofNullable(jwk.getKeyID()), publicKey(jwk));
            return Optional.of(narrowed(key, jwk.getAlgorithm()))
                    .filter(k -> !k.algorithms().isEmpty());
        } catch (IllegalArgumentException | JOSEException | GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static VerificationKey narrowed(VerificationKey key, Algorithm algorithm) {
        return algorithm == null ? key : key.only(JWSAlgorithm.parse(algorithm.getName()));
    }

    private static PublicKey publicKey(JWK jwk) throws JOSEException, GeneralSecurityException {
        if (jwk instanceof OctetKeyPair pair) {
            return ed25519(pair);
        }
        if (jwk instanceof AsymmetricJWK asymmetric) {
            return asymmetric.toPublicKey();
        }
        throw new IllegalArgumentException("is not a public key");
    }

    /** By the JDK: Nimbus has no JDK key for this type. */
    private static PublicKey ed25519(OctetKeyPair pair) throws GeneralSecurityException {
        byte[] x = pair.getX().decode();
        if (!Curve.Ed25519.equals(pair.getCurve()) || x.length != ED25519_KEY_BYTES) {
            throw new IllegalArgumentException("is not an Ed25519 key");
        }
        byte[] encoded = new byte[ED25519_PREFIX.length + x.length];
        System.arraycopy(ED25519_PREFIX, 0, encoded, 0, ED25519_PREFIX.length);
        System.arraycopy(x, 0, encoded, ED25519_PREFIX.length, x.length);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }
}
