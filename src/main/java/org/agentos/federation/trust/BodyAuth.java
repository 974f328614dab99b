package org.agentos.federation.trust;

import java.util.Optional;
import java.util.Set;

/**
 * What a request's body says about its caller: claims, which a token outranks.
 *
 * @param scopes to which the request narrows itself
 */
public record BodyAuth(Optional<String> tenantId, Optional<String> principalId, Optional<Set<String>> scopes) {
    public static final BodyAuth NONE = new BodyAuth(Optional.empty(), Optional.empty(), Optional.empty());
}
