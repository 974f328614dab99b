package org.agentos.federation.tls;

import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TCPSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** What one side of TLS shows and trusts, as one reading of its files; {@link TlsFiles} makes it. Never changes. */
public final class TlsMaterial {
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

    /** Shows nothing and trusts what the JVM trusts. */
    public static final TlsMaterial NONE = new TlsMaterial(Optional.empty(), Optional.empty());

    private final Optional<TlsKey> key;
    private final Optional<TlsTrust> trust;

    TlsMaterial(Optional<TlsKey> key, Optional<TlsTrust> trust) {
        this.key = key;
        this.trust = trust;
    }

    /** Makes a Vert.x client or server use it, with TLS 1.2 and 1.3 only. */
    public void applyTo(TCPSSLOptions options) {
        options.setSsl(true).setEnabledSecureTransportProtocols(PROTOCOLS);
        key.ifPresent(shown -> options.setKeyCertOptions(KeyCertOptions.wrap(shown.manager())));
        trust.ifPresent(trusted -> options.setTrustOptions(TrustOptions.wrap(trusted.manager())));
    }

    /** For clients of the JDK, whose host name checks it leaves on. */
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    key.map(shown -> new KeyManager[] {shown.manager()}).orElse(null),
                    trust.map(trusted -> new TrustManager[] {trusted.manager()}).orElse(null),
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }

    /** Whether a client that shows this chain would get past a handshake now; one that shows none, always. */
    public boolean trustsClient(List<X509Certificate> chain) {
        return chain.isEmpty()
                || trust.map(trusted -> trusted.trustsClient(chain)).orElse(false);
    }

    /** Whether files that hold this say the same as those that hold the other. */
    public boolean isLike(TlsMaterial other) {
        return chain().equals(other.chain()) && authorities().equals(other.authorities());
    }

    /** The certificate that the other side is shown. */
    public Optional<X509Certificate> shown() {
        return chain().stream().findFirst();
    }

    /** When the first certificate of what is shown expires. */
    public Optional<Instant> shownUntil() {
        return earliestEnd(chain());
    }

    /** When the first of the CAs expires. */
    public Optional<Instant> trustedUntil() {
        return earliestEnd(authorities());
    }

    Optional<TlsKey> key() {
        return key;
    }

    Optional<TlsTrust> trust() {
        return trust;
    }

    private List<X509Certificate> chain() {
        return key.map(TlsKey::chain).orElse(List.of());
    }

    private List<X509Certificate> authorities() {
        return trust.map(TlsTrust::certificates).orElse(List.of());
    }

    private static Optional<Instant> earliestEnd(List<X509Certificate> certificates) {
        return certificates.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Comparator.naturalOrder());
    }
}
