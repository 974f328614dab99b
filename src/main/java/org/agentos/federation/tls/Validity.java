package org.agentos.federation.tls;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/** When a certificate holds. */
final class Validity {
    private Validity() {}

    /** Why it does not hold at that moment, as the end of a sentence about its file. */
    static Optional<String> problem(X509Certificate certificate, Instant at) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        if (at.isBefore(from)) {
            return Optional.of("holds a certificate that is not valid before " + from);
        }
        return at.isAfter(until) ? Optional.of("holds a certificate that expired at " + until) : Optional.empty();
    }
}
