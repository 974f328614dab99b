package org.agentos.federation.trust;

import com.google.common.collect.ImmutableList;
import java.util.Set;

/**
 * What a route asks of its callers. Health asks nothing and has no place here.
 *
 * @see Admission
 */
public enum Access {
    /** This stack's own description and capabilities: not a tenant's, so no tenant is needed. */
    STACK(Opens.CERTIFICATE_ALONE, Tenant.OF_TOKENS),
    PEERS(Opens.CALLER, Tenant.REQUIRED, "peers:read"),
    FORWARD(Opens.CALLER, Tenant.REQUIRED, "runs:forward"),
    READ_RUNS(Opens.CALLER, Tenant.REQUIRED, "runs:read"),
    DELETE_RUNS(Opens.CALLER, Tenant.REQUIRED, "platform:admin"),
    /** Operators look after the forwards of all tenants. */
    SETTLE_FORWARDS(Opens.CALLER, Tenant.OF_TOKENS, "platform:admin"),
    CANCEL_RUNS(Opens.CALLER, Tenant.REQUIRED, "runs:cancel"),
    READ_EVENTS(Opens.CALLER, Tenant.REQUIRED, "events:read"),
    INGEST(Opens.CERTIFICATE_ALONE, Tenant.REQUIRED, "events:ingest"),
    AUDIT(Opens.CALLER, Tenant.REQUIRED, "audit:read", "platform:admin"),
    /** Where /metrics asks for a token at all; a scraper belongs to no tenant. */
    METRICS(Opens.TOKEN_ALWAYS, Tenant.NONE, "metrics:read", "platform:admin");

    private final Opens opens;
    private final Tenant tenant;
    private final ImmutableList<String> scopes;

    private enum Opens {
        /** A token where tokens are in use, else what the headers say. */
        CALLER,
        /** The same, or the certificate of a known peer and nothing else. */
        CERTIFICATE_ALONE,
        /** A token, even where none are in use. */
        TOKEN_ALWAYS
    }

    private enum Tenant {
        REQUIRED,
        /** A token must name one, a caller without a token need not. */
        OF_TOKENS,
        NONE
    }

    /** @param scopes of which a caller needs one; none = every caller that is let in may do it */
    Access(Opens opens, Tenant tenant, String... scopes) {
        this.opens = opens;
        this.tenant = tenant;
        this.scopes = ImmutableList.copyOf(scopes);
    }

    boolean opensByCertificateAlone() {
        return opens == Opens.CERTIFICATE_ALONE;
    }

    boolean alwaysNeedsToken() {
        return opens == Opens.TOKEN_ALWAYS;
    }

    boolean needsTenant() {
        return tenant == Tenant.REQUIRED;
    }

    boolean needsTenantInTokens() {
        return tenant != Tenant.NONE;
    }

    /** What a certificate alone may do here: this and no more. */
    Set<String> certificateScopes() {
        return Set.copyOf(scopes);
    }

    /** @throws org.agentos.federation.error.FederationException {@code forbidden} without one of the scopes */
    void requireScope(Set<String> granted) {
        boolean enough = scopes.isEmpty()
                || granted.equals(Caller.ALL_SCOPES)
                || scopes.stream().anyMatch(granted::contains);
        if (!enough) {
            throw Refusals.insufficientScope(scopes.get(0));
        }
    }
}
