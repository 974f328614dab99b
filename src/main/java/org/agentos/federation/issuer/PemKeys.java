package org.agentos.federation.issuer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads an operator's private keys: PEM, PKCS#8, without a password, one or several in a file. */
final class PemKeys {
    /** A wrong path is refused instead of read into memory. */
    private static final int MAX_FILE_BYTES = 1 << 17;

    /** Those a rotation needs, and some; each is offered to every peer. */
    private static final int MAX_KEYS = 8;

    /** NIST SP 800-131A. */
    private static final int MIN_RSA_BITS = 2048;

    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");

    private PemKeys() {}

    /**
     * The keys of a file in its order, at least one.
     *
     * @throws IllegalArgumentException with what is wrong with the file, as the end of a sentence; no part of a key in it
     */
    static List<OwnKey> read(Path file) {
        Matcher block = BLOCK.matcher(text(file));
        List<OwnKey> keys = new ArrayList<>();
        while (block.find()) {
            if (!block.group(1).equals("PRIVATE KEY")) {
                throw new IllegalArgumentException("holds a block \"" + block.group(1)
                        + "\"; only \"PRIVATE KEY\" is read, PKCS#8 without a password"
                        + " (openssl pkcs8 -topk8 -nocrypt makes it)");
            }
            keys.add(OwnKey.of(jwk(privateKey(block.group(2)))));
        }
        if (keys.isEmpty() || keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException("must hold 1 to " + MAX_KEYS + " private keys in PEM form");
        }
        return List.copyOf(keys);
    }

    private static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new IllegalArgumentException("is larger than " + MAX_FILE_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot be read", e);
        }
    }

    private static PrivateKey privateKey(String base64) {
        byte[] encoded;
        try {
            encoded = Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("holds a PEM block that is not base64", e);
        }
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (GeneralSecurityException e) {
                // of another algorithm, or of none: told below
            }
        }
        throw new IllegalArgumentException("holds a private key that is not of RSA, EC or Ed25519");
    }

    private static JWK jwk(PrivateKey key) {
        try {
            if (key instanceof RSAPrivateCrtKey rsa) {
                return rsa(rsa);
            }
            if (key instanceof ECPrivateKey ec) {
                Curve curve = Curve.forECParameterSpec(ec.getParams());
                return new ECKey.Builder(curve, PublicHalf.of(ec))
                        .privateKey(ec)
                        .keyIDFromThumbprint()
                        .build();
            }
            if (key instanceof EdECPrivateKey ed) {
                return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(PublicHalf.of(ed)))
                        .d(Base64URL.encode(ed.getBytes().orElseThrow()))
                        .keyIDFromThumbprint()
                        .build();
            }
        } catch (JOSEException | GeneralSecurityException | ArithmeticException | IllegalStateException e) {
            throw new IllegalArgumentException("holds a private key whose public half cannot be told", e);
        }
        throw new IllegalArgumentException("holds an RSA key without its primes");
    }

    private static JWK rsa(RSAPrivateCrtKey key) throws GeneralSecurityException, JOSEException {
        if (key.getModulus().bitLength() < MIN_RSA_BITS) {
            throw new IllegalArgumentException("holds an RSA key of fewer than " + MIN_RSA_BITS + " bits");
        }
        RSAPublicKey publicKey = (RSAPublicKey) KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
        return new RSAKey.Builder(publicKey)
                .privateKey(key)
                .keyIDFromThumbprint()
                .build();
    }
}
