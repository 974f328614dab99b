package org.agentos.federation.trust;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.agentos.federation.error.Ids;

/** Reads who a token speaks for. A claim of the wrong type makes the whole token unfit: half a proof is none. */
final class TokenClaims {
    private TokenClaims() {}

    static VerifiedToken read(JWTClaimsSet claims, Instant expires, Duration leeway) {
        Optional<String> tenantId = id(claims, "tenant_id");
        Optional<String> otherTenantId = id(claims, "tid");
        if (tenantId.isPresent() && otherTenantId.isPresent() && !tenantId.equals(otherTenantId)) {
            throw Refusals.invalidToken("the token names two tenants");
        }
        return new VerifiedToken(
                tenantId.or(() -> otherTenantId),
                id(claims, "principal_id").or(() -> id(claims, "sub")),
                scopes(claims),
                text(claims, "iss"),
                text(claims, "sub"),
                expires,
                expires.plus(leeway),
                boundTo(claims),
                Optional.empty());
    }

    /** Other ways to bind a token are not known here and bind nothing (RFC 7800, section 3.1). */
    private static Optional<String> boundTo(JWTClaimsSet claims) {
        Object confirmation = claims.getClaim("cnf");
        if (confirmation == null) {
            return Optional.empty();
        }
        if (confirmation instanceof Map<?, ?> members) {
            Object thumbprint = members.get("x5t#S256");
            if (thumbprint == null || thumbprint instanceof String) {
                return Optional.ofNullable((String) thumbprint);
            }
        }
        throw unfit("cnf");
    }

    private static Optional<String> id(JWTClaimsSet claims, String name) {
        Optional<String> id = text(claims, name);
        if (id.flatMap(Ids::problem).isPresent()) {
            throw Refusals.invalidToken("the claim " + name + " is not an id");
        }
        return id;
    }

    private static Optional<String> text(JWTClaimsSet claims, String name) {
        Object value = claims.getClaim(name);
        if (value != null && !(value instanceof String)) {
            throw unfit(name);
        }
        return Optional.ofNullable((String) value);
    }

    private static Set<String> scopes(JWTClaimsSet claims) {
        Set<String> scopes = new HashSet<>();
        for (String name : Set.of("scope", "scopes", "scp")) {
            scopes.addAll(scopes(claims, name));
        }
        scopes.removeAll(Caller.ALL_SCOPES); // an issuer grants scopes by name; "everything" is not one of them
        return Set.copyOf(scopes);
    }

    private static Set<String> scopes(JWTClaimsSet claims, String name) {
        Object value = claims.getClaim(name);
        if (value == null) {
            return Set.of();
        }
        if (value instanceof String text) {
            return Scopes.parse(text);
        }
        if (value instanceof Collection<?> list && list.stream().allMatch(String.class::isInstance)) {
            return Scopes.parse(
                    String.join(" ", list.stream().map(String.class::cast).toList()));
        }
        throw unfit(name);
    }

    private static RuntimeException unfit(String name) {
        return Refusals.invalidToken("the claim " + name + " is of the wrong type");
    }
}
