package org.agentos.federation.trust;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.Base64;

/** The {@code x5t#S256} of a certificate: the hash of its DER form (RFC 8705, section 3.1). */
public final class CertificateThumbprint {
    private CertificateThumbprint() {}

    public static String of(Certificate certificate) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was read has a form, and every platform SHA-256", e);
        }
    }
}
