package org.agentos.federation.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** The CAs by which the other side is trusted. */
record TlsTrust(List<X509Certificate> certificates, X509ExtendedTrustManager manager) {
    private static final char[] IN_MEMORY = {};

    /** @throws IllegalArgumentException naming the file when its certificates cannot be trusted by */
    static TlsTrust of(List<X509Certificate> certificates, Path file) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, IN_MEMORY);
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry("ca" + i, certificates.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return new TlsTrust(certificates, (X509ExtendedTrustManager) factory.getTrustManagers()[0]);
        } catch (GeneralSecurityException | IOException e) {
            throw Pem.unfit(file, "cannot be used to trust by", e);
        }
    }

    /** Whether a handshake that shows this chain would be taken now. */
    boolean trustsClient(List<X509Certificate> chain) {
        try {
            String keyType = chain.get(0).getPublicKey().getAlgorithm();
            manager.checkClientTrusted(chain.toArray(X509Certificate[]::new), keyType);
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }
}
