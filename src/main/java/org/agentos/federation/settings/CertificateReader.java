package org.agentos.federation.settings;

import java.nio.file.Path;
import java.util.Optional;

/** Reads which files hold certificates and keys; what is missing beside them is reported to the source. */
final class CertificateReader {
    private final SettingsSource source;

    CertificateReader(SettingsSource source) {
        this.source = source;
    }

    Optional<ServerTls> server() {
        Optional<Path> certificate = source.file(TrustKeys.SERVER_CERT);
        Optional<Path> key = source.file(TrustKeys.SERVER_KEY);
        Optional<Path> ca = source.file(TrustKeys.CA_CERT);
        boolean required = source.value(TrustKeys.REQUIRE_MTLS);
        if (required) {
            require(TrustKeys.REQUIRE_MTLS, certificate, TrustKeys.SERVER_CERT);
            require(TrustKeys.REQUIRE_MTLS, ca, TrustKeys.CA_CERT);
        }
        requirePair(certificate, TrustKeys.SERVER_CERT, key, TrustKeys.SERVER_KEY);
        return certificate.isPresent() && key.isPresent()
                ? Optional.of(new ServerTls(certificate.get(), key.get(), ca, required))
                : Optional.empty();
    }

    ClientTls client() {
        Optional<Path> certificate = source.file(TrustKeys.CLIENT_CERT);
        Optional<Path> key = source.file(TrustKeys.CLIENT_KEY);
        requirePair(certificate, TrustKeys.CLIENT_CERT, key, TrustKeys.CLIENT_KEY);
        return new ClientTls(certificate, key, source.file(TrustKeys.CA_CERT));
    }

    private void require(Key<?> demanding, Optional<Path> needed, Key<String> missing) {
        if (needed.isEmpty()) {
            source.problem(missing.variable() + " is missing: " + demanding.variable() + " needs it");
        }
    }

    private void requirePair(Optional<Path> one, Key<String> oneKey, Optional<Path> other, Key<String> otherKey) {
        if (one.isPresent()) {
            require(oneKey, other, otherKey);
        } else if (other.isPresent()) {
            require(otherKey, one, oneKey);
        }
    }
}
