package org.agentos.federation.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A private key and the certificate chain it is shown with.
 *
 * @param chain the certificate of the key first, each issued by the next
 * @param manager knows the key by an alias that no other certificate's key has
 */
record TlsKey(List<X509Certificate> chain, X509ExtendedKeyManager manager) {
    /** The key store is never written; its password protects nothing. */
    private static final char[] IN_MEMORY = {};

    /**
     * Puts a chain and the key of its first certificate together.
     *
     * @param certificateFile only named in what is wrong, as is {@code keyFile}
     * @throws IllegalArgumentException naming the unfit file and its fault
     */
    static TlsKey of(List<X509Certificate> chain, PrivateKey key, Path certificateFile, Path keyFile) {
        try {
            if (!fit(key, chain.get(0).getPublicKey())) {
                throw Pem.unfit(keyFile, "is not the key of the certificate " + certificateFile, null);
            }
            return new TlsKey(chain, manager(chain, key));
        } catch (GeneralSecurityException | IOException e) {
            throw Pem.unfit(keyFile, "cannot be used with the certificate " + certificateFile, e);
        }
    }

    private static X509ExtendedKeyManager manager(List<X509Certificate> chain, PrivateKey key)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, IN_MEMORY);
        String alias = HexFormat.of().formatHex(chain.get(0).getSignature());
        store.setKeyEntry(alias, key, IN_MEMORY, chain.toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(store, IN_MEMORY);
        return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
    }

    /** Two halves fit when one verifies what the other signed. */
    private static boolean fit(PrivateKey privateKey, PublicKey publicKey) throws GeneralSecurityException {
        byte[] probe = {1, 2, 3};
        Signature signature = Signature.getInstance(signatureFor(publicKey));
        signature.initSign(privateKey);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(probe);
        return signature.verify(signed);
    }

    private static String signatureFor(PublicKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
    }
}
