package org.agentos.federation.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Which tokens are taken, beyond their signature, and how the gateway's own are made.
 *
 * @param issuers empty = any
 * @param audiences of which a token must name one; empty = none needed
 * @param leeway by which the clocks of issuer and gateway may differ, either way
 */
public record JwtSettings(Set<String> issuers, Set<String> audiences, Duration leeway, Own own) {

    /**
     * The tokens this gateway issues for its calls to peers.
     *
     * @param keyFile absolute; empty = keys are made and kept in the data directory
     * @param keyLifetime of keys that are made
     * @param issuer empty = the stack's id
     * @param lifetime at most 5 minutes
     */
    public record Own(
            Optional<Path> keyFile,
            Duration keyLifetime,
            Optional<String> issuer,
            Duration lifetime,
            Set<String> scopes) {}
}
