package org.agentos.federation.settings;

import java.util.Optional;

/**
 * What callers must prove and where it is written down.
 *
 * @param jwtPublicKey path of a PEM key or JWKS file, or a JWKS URL; set: every caller needs a token
 * @param auditSink {@code stdout}, {@code stderr} or {@code file:} and an absolute path
 */
public record TrustSettings(
        Optional<String> jwtPublicKey, ClientTls clientTls, String auditSink, boolean metricsRequireAuth) {}
