package org.agentos.federation.issuer;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.List;
import javax.crypto.KeyAgreement;

/**
 * The public half of a private key, which a PKCS#8 file need not hold and the JDK does not compute by name. What is found
 * is proven by a signature before it is believed.
 */
final class PublicHalf {
    private static final int ED25519_BYTES = 32;

    private PublicHalf() {}

    /** By an agreement with the curve's generator, whose outcome is the public point's x; y is one of two roots. */
    static ECPublicKey of(ECPrivateKey key) throws GeneralSecurityException {
        ECParameterSpec curve = key.getParams();
        BigInteger p = ((ECFieldFp) curve.getCurve().getField()).getP();
        KeyFactory factory = KeyFactory.getInstance("EC");
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(key);
        agreement.doPhase(factory.generatePublic(new ECPublicKeySpec(curve.getGenerator(), curve)), true);
        BigInteger x = new BigInteger(1, agreement.generateSecret());
        BigInteger square = x.pow(3)
                .add(curve.getCurve().getA().multiply(x))
                .add(curve.getCurve().getB())
                .mod(p);
        BigInteger root = square.modPow(p.add(BigInteger.ONE).shiftRight(2), p); // p is 3 modulo 4 on the NIST curves
        for (BigInteger y : List.of(root, p.subtract(root))) {
            PublicKey half = factory.generatePublic(new ECPublicKeySpec(new ECPoint(x, y), curve));
            if (belongs(half, key, "SHA256withECDSA")) {
                return (ECPublicKey) half;
            }
        }
        throw new GeneralSecurityException("no such point");
    }

    /** By making the pair anew of the same seed: a key of Ed25519 is its seed (RFC 8032, section 5.1.5). */
    static byte[] of(EdECPrivateKey key) throws GeneralSecurityException {
        byte[] seed = key.getBytes().orElseThrow();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        generator.initialize(NamedParameterSpec.ED25519, new Fixed(seed));
        KeyPair pair = generator.generateKeyPair();
        if (!belongs(pair.getPublic(), key, "Ed25519")) {
            throw new GeneralSecurityException("another pair came out");
        }
        byte[] encoded = pair.getPublic().getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - ED25519_BYTES, encoded.length);
    }

    private static boolean belongs(PublicKey half, PrivateKey key, String algorithm) throws GeneralSecurityException {
        byte[] probe = "probe".getBytes(StandardCharsets.US_ASCII);
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(half);
        signature.update(probe);
        return signature.verify(signed);
    }

    /** Gives a seed away as if it were drawn. */
    private static final class Fixed extends SecureRandom {
        private static final long serialVersionUID = 1;

        private final byte[] seed;

        Fixed(byte[] seed) {
            this.seed = seed.clone();
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(seed, 0, bytes, 0, Math.min(seed.length, bytes.length));
        }
    }
}
