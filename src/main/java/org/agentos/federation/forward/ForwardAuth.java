package org.agentos.federation.forward;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.agentos.federation.trust.BodyAuth;

/**
 * Reads for whom a forward's body says it is made. Claims, to be checked against token and headers by whoever admits the
 * request.
 */
final class ForwardAuth {
    private ForwardAuth() {}

    /**
     * Reads the claims of a body without judging it, so that a caller can be refused before its request is. What cannot
     * be read is absent here and refused by {@link ForwardRequest#parse}.
     */
    static BodyAuth peek(Optional<ParsedBody> body) {
        return body.map(parsed -> of(parsed.root().path("forward").path("auth")))
                .orElse(BodyAuth.NONE);
    }

    /** Both forms of the principal are read; {@code principal.principal_id} is the newer one and wins. */
    static BodyAuth of(JsonNode auth) {
        return new BodyAuth(
                text(auth.path("tenant_id")),
                text(auth.path("principal").path("principal_id")).or(() -> text(auth.path("principal_id"))),
                scopes(auth.path("scopes")));
    }

    private static Optional<String> text(JsonNode node) {
        return node.isTextual() ? Optional.of(node.textValue()) : Optional.empty();
    }

    private static Optional<Set<String>> scopes(JsonNode node) {
        if (!node.isArray()) {
            return Optional.empty();
        }
        Set<String> scopes = new LinkedHashSet<>();
        node.forEach(scope -> text(scope).ifPresent(scopes::add));
        return Optional.of(Set.copyOf(scopes));
    }
}
