package org.agentos.federation.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.agentos.federation.settings.ClientTls;
import org.agentos.federation.tls.DevelopmentCa;
import org.agentos.federation.tls.LiveTls;
import org.agentos.federation.tls.PeerTls;
import org.agentos.federation.tls.TlsFiles;
import org.apache.camel.impl.DefaultCamelContext;

/** A CA in a folder of its own, and what it issues. */
public final class TestCa {
    private static final String NOW = "+0S";

    private final DevelopmentCa ca;

    public TestCa(Path directory) {
        try {
            this.ca = DevelopmentCa.in(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A certificate of a stack at 127.0.0.1, valid for two days. */
    public TestCa stack(String stackId) {
        return issue(stackId, NOW, "uri:spiffe://agentos/stack/" + stackId, "ip:127.0.0.1");
    }

    /** A certificate that lasts a day from its start, which is relative to now, {@code -2d} say. */
    public TestCa issue(String name, String start, String... names) {
        try {
            ca.issue(name, List.of(names), start, 1);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A certificate that lasts a day from now. */
    public TestCa issue(String name, String alternativeName) {
        return issue(name, NOW, alternativeName);
    }

    public Path authority() {
        return ca.authority();
    }

    public Path certificate(String name) {
        return ca.certificate(name);
    }

    public Path key(String name) {
        return ca.key(name);
    }

    /** The certificate itself. */
    public X509Certificate read(String name) {
        try (InputStream in = Files.newInputStream(certificate(name))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Has other files hold what these do. */
    public void copy(String name, Path certificate, Path key) {
        try {
            Files.copy(ca.certificate(name), certificate, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(ca.key(name), key, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the settings of a client that shows this certificate, or none, and trusts this CA. */
    public ClientTls client(Optional<String> name) {
        return new ClientTls(name.map(this::certificate), name.map(this::key), Optional.of(authority()));
    }

    /** The same as a Java client has it. */
    public SSLContext context(Optional<String> name) {
        return context(client(name));
    }

    public static SSLContext context(ClientTls tls) {
        LiveTls live = new LiveTls(new TlsFiles(Instant.now()).client(tls).orElseThrow(), InstantSource.system());
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            return new PeerTls(live).createSSLContext(camel);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
