package org.agentos.federation.settings;

import java.util.Optional;

/**
 * What callers must prove.
 *
 * @param jwtPublicKey path of a PEM key or JWKS file, or a JWKS URL; set: every caller needs a token
 */
public record TrustSettings(Optional<String> jwtPublicKey, ClientTls clientTls, boolean metricsRequireAuth) {}
