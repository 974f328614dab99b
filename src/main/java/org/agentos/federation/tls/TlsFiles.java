package org.agentos.federation.tls;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.agentos.federation.settings.ClientTls;
import org.agentos.federation.settings.Key;
import org.agentos.federation.settings.ServerTls;
import org.agentos.federation.settings.TrustKeys;

/**
 * Reads the PEM files that the settings name, each once, and judges them: they parse, the key fits its certificate, each
 * certificate is issued by the next one of its file, and all are valid now. Every problem names the variable at fault.
 */
public final class TlsFiles {
    private final Instant now;
    private final Set<String> problems = new LinkedHashSet<>();

    /** @param now when certificates have to be valid */
    public TlsFiles(Instant now) {
        this.now = now;
    }

    /** What the listener shows, and by which CAs it trusts clients; empty with a problem. */
    public Optional<TlsMaterial> server(ServerTls tls) {
        Optional<TlsKey> key = key(tls.certificate(), TrustKeys.SERVER_CERT, tls.key(), TrustKeys.SERVER_KEY);
        Optional<TlsTrust> trust = tls.clientCa().flatMap(this::trust);
        boolean untrusting = tls.requireClient() && tls.clientCa().isEmpty();
        if (untrusting) {
            problem(TrustKeys.CA_CERT, "is missing: " + TrustKeys.REQUIRE_MTLS.variable() + " needs it");
        }
        return key.isEmpty() || trust.isPresent() != tls.clientCa().isPresent() || untrusting
                ? Optional.empty()
                : Optional.of(new TlsMaterial(key, trust));
    }

    /** What peers are shown, and by which CAs they are trusted; empty with a problem. */
    public Optional<TlsMaterial> client(ClientTls tls) {
        Optional<TlsKey> key = Optional.empty();
        if (tls.certificate().isPresent() != tls.key().isPresent()) {
            problem(TrustKeys.CLIENT_CERT, "and " + TrustKeys.CLIENT_KEY.variable() + " come together or not at all");
        } else if (tls.certificate().isPresent()) {
            key = key(tls.certificate().get(), TrustKeys.CLIENT_CERT, tls.key().orElseThrow(), TrustKeys.CLIENT_KEY);
        }
        Optional<TlsTrust> trust = tls.ca().flatMap(this::trust);
        return key.isPresent() != tls.certificate().isPresent()
                        || trust.isPresent() != tls.ca().isPresent()
                ? Optional.empty()
                : Optional.of(new TlsMaterial(key, trust));
    }

    /**
     * Reads a chain as a client would show it, whatever its dates.
     *
     * @throws IllegalArgumentException naming the file and its fault
     */
    public static List<X509Certificate> certificates(Path file) {
        return Pem.certificates(file);
    }

    /** All that is wrong with the files read so far, each once. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    private Optional<TlsKey> key(Path certificateFile, Key<?> certificateKey, Path keyFile, Key<?> keyKey) {
        Optional<List<X509Certificate>> chain = reading(certificateKey, () -> chain(certificateFile));
        return chain.flatMap(certificates -> reading(
                keyKey,
                () -> TlsKey.of(
                        certificates,
                        Pem.privateKey(keyFile, certificates.get(0).getPublicKey()),
                        certificateFile,
                        keyFile)));
    }

    private List<X509Certificate> chain(Path file) {
        List<X509Certificate> chain = Pem.certificates(file);
        for (int i = 0; i < chain.size(); i++) {
            X509Certificate certificate = chain.get(i);
            Validity.problem(certificate, now).ifPresent(problem -> {
                throw Pem.unfit(file, problem, null);
            });
            if (i > 0 && !issued(certificate, chain.get(i - 1))) {
                throw Pem.unfit(
                        file, "is no chain: its certificate " + (i + 1) + " did not issue the one before", null);
            }
        }
        return chain;
    }

    /** While a CA is replaced the old one, which may be over, stands beside the new one: one that is valid is enough. */
    private Optional<TlsTrust> trust(Path file) {
        return reading(TrustKeys.CA_CERT, () -> {
            List<X509Certificate> authorities = Pem.certificates(file);
            List<String> unfit = authorities.stream()
                    .flatMap(ca -> Validity.problem(ca, now).stream())
                    .toList();
            if (unfit.size() == authorities.size()) {
                throw Pem.unfit(file, unfit.get(0), null);
            }
            return TlsTrust.of(authorities, file);
        });
    }

    private <T> Optional<T> reading(Key<?> key, Supplier<T> reader) {
        try {
            return Optional.of(reader.get());
        } catch (IllegalArgumentException unfit) {
            problem(key, "cannot be used: " + unfit.getMessage());
            return Optional.empty();
        }
    }

    private void problem(Key<?> key, String what) {
        problems.add(key.variable() + " " + what);
    }

    private static boolean issued(X509Certificate issuer, X509Certificate certificate) {
        try {
            certificate.verify(issuer.getPublicKey());
            return certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
