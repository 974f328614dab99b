package org.agentos.federation.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and private keys in PEM files. Every failure is an IllegalArgumentException that names file and fault. */
final class Pem {
    private static final int LINE_CHARS = 64;
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----([^-]+)-----END \\1-----", Pattern.DOTALL);

    private Pem() {}

    /** All certificates of a file, in its order; at least one. */
    static List<X509Certificate> certificates(Path file) {
        byte[] pem = read(file).getBytes(StandardCharsets.US_ASCII);
        try {
            List<X509Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (certificates.isEmpty()) {
                throw unfit(file, "holds no certificate", null);
            }
            return certificates;
        } catch (CertificateException e) {
            throw unfit(file, "holds no readable certificate", e);
        }
    }

    /**
     * The private key of a file: PKCS#8, or the older RSA (PKCS#1) and EC (SEC1) forms.
     *
     * @param publicKey its other half, which tells the algorithm
     */
    static PrivateKey privateKey(Path file, PublicKey publicKey) {
        String pem = read(file);
        if (pem.contains("ENCRYPTED")) {
            throw unfit(file, "holds an encrypted key; only a key without a password is read", null);
        }
        Matcher block = PRIVATE_KEY.matcher(pem);
        if (!block.find()) {
            throw unfit(file, "holds no private key in PEM form", null);
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.group(2));
            byte[] pkcs8 = block.group(1).equals("PRIVATE KEY") ? der : Der.pkcs8(der, publicKey);
            return KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw unfit(file, "holds no readable " + publicKey.getAlgorithm() + " key as its certificate needs", e);
        }
    }

    /** A block as it stands in a PEM file. */
    static String text(String type, byte[] der) {
        String base64 = Base64.getMimeEncoder(LINE_CHARS, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n";
    }

    static IllegalArgumentException unfit(Path file, String fault, Exception cause) {
        return new IllegalArgumentException(file + " " + fault, cause);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw unfit(file, "cannot be read: " + e.getClass().getSimpleName(), e);
        }
    }
}
