package org.agentos.federation.trust;

import java.util.Optional;
import java.util.Set;

/** What a request body says of its caller; it can only narrow what header or token say, never widen it. */
public record BodyAuth(Optional<String> tenantId, Optional<String> principalId, Optional<Set<String>> scopes) {
    public static final BodyAuth NONE = new BodyAuth(Optional.empty(), Optional.empty(), Optional.empty());
}
