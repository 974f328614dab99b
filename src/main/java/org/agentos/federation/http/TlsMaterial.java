package org.agentos.federation.http;

import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TCPSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.agentos.federation.settings.ClientTls;
import org.agentos.federation.settings.ServerTls;

/**
 * What one side of TLS shows and trusts, read from PEM files once and checked: the files parse, and the key fits the
 * certificate.
 */
public final class TlsMaterial {
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

    /** The key store is never written; its password protects nothing. */
    private static final char[] IN_MEMORY = {};

    private final Optional<X509KeyManager> key;
    private final Optional<TrustManager> trust;

    private TlsMaterial(Optional<X509KeyManager> key, Optional<TrustManager> trust) {
        this.key = key;
        this.trust = trust;
    }

    /**
     * Reads what the listener shows, and by which CA it trusts clients.
     *
     * @throws IllegalArgumentException naming the unfit file and its fault
     */
    public static TlsMaterial of(ServerTls tls) {
        return new TlsMaterial(Optional.of(keyManager(tls.certificate(), tls.key())), trust(tls.clientCa()));
    }

    /**
     * Reads what peers are shown, and by which CA they are trusted; what is not configured is the JVM's default.
     *
     * @throws IllegalArgumentException naming the unfit file and its fault
     */
    public static TlsMaterial of(ClientTls tls) {
        Optional<X509KeyManager> key =
                tls.certificate().flatMap(certificate -> tls.key().map(keyFile -> keyManager(certificate, keyFile)));
        return new TlsMaterial(key, trust(tls.ca()));
    }

    /** What is wrong with the listener's files, all of it; empty when they can be used. */
    public static List<String> problems(ServerTls tls) {
        List<String> problems = new ArrayList<>(keyProblems(tls.certificate(), tls.key()));
        tls.clientCa().ifPresent(ca -> problems.addAll(problemsOf(() -> Pem.certificates(ca))));
        if (tls.requireClient() && tls.clientCa().isEmpty()) {
            problems.add("client certificates are required, but there is no CA file to trust them by");
        }
        return problems;
    }

    /** What is wrong with the files for calls to peers, all of it; empty when they can be used. */
    public static List<String> problems(ClientTls tls) {
        List<String> problems = new ArrayList<>();
        if (tls.certificate().isPresent() != tls.key().isPresent()) {
            problems.add("a client certificate and its key come together or not at all");
        } else if (tls.certificate().isPresent()) {
            problems.addAll(keyProblems(tls.certificate().get(), tls.key().orElseThrow()));
        }
        tls.ca().ifPresent(ca -> problems.addAll(problemsOf(() -> Pem.certificates(ca))));
        return problems;
    }

    /** Makes a Vert.x client or server use it, with TLS 1.2 and 1.3 only. */
    public void applyTo(TCPSSLOptions options) {
        options.setSsl(true).setEnabledSecureTransportProtocols(PROTOCOLS);
        key.ifPresent(manager -> options.setKeyCertOptions(KeyCertOptions.wrap(manager)));
        trust.ifPresent(manager -> options.setTrustOptions(TrustOptions.wrap(manager)));
    }

    SSLContext sslContext() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                key.map(manager -> new X509KeyManager[] {manager}).orElse(null),
                trust.map(manager -> new TrustManager[] {manager}).orElse(null),
                null);
        return context;
    }

    private static List<String> keyProblems(Path certificate, Path key) {
        List<String> problems = problemsOf(() -> Pem.certificates(certificate));
        return problems.isEmpty() ? problemsOf(() -> keyManager(certificate, key)) : problems;
    }

    private static List<String> problemsOf(Runnable reading) {
        try {
            reading.run();
            return List.of();
        } catch (IllegalArgumentException e) {
            return List.of(e.getMessage());
        }
    }

    private static X509KeyManager keyManager(Path certificateFile, Path keyFile) {
        List<X509Certificate> chain = Pem.certificates(certificateFile);
        PublicKey publicKey = chain.get(0).getPublicKey();
        PrivateKey privateKey = Pem.privateKey(keyFile, publicKey);
        try {
            if (!fit(privateKey, publicKey)) {
                throw Pem.unfit(keyFile, "is not the key of the certificate " + certificateFile, null);
            }
            KeyStore store = emptyStore();
            store.setKeyEntry("key", privateKey, IN_MEMORY, chain.toArray(X509Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, IN_MEMORY);
            return (X509KeyManager) factory.getKeyManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw Pem.unfit(keyFile, "cannot be used with the certificate " + certificateFile, e);
        }
    }

    private static Optional<TrustManager> trust(Optional<Path> file) {
        return file.map(TlsMaterial::trustManager);
    }

    private static TrustManager trustManager(Path file) {
        List<X509Certificate> trusted = Pem.certificates(file);
        try {
            KeyStore store = emptyStore();
            for (int i = 0; i < trusted.size(); i++) {
                store.setCertificateEntry("ca" + i, trusted.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return factory.getTrustManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw Pem.unfit(file, "cannot be used to trust by", e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, IN_MEMORY);
        return store;
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
