package org.agentos.federation.trust;

import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.agentos.federation.peer.Peer;

/**
 * What a token says whose signature and times hold.
 *
 * @param tenantId from {@code tenant_id} or {@code tid}
 * @param principalId from {@code principal_id} or {@code sub}
 * @param scopes of all three claims that issuers put them in; none = may do nothing that needs one
 * @param expires after which it proves nothing
 * @param validUntil until which it is taken all the same: {@code expires} and the verifier's leeway
 * @param issuedBy the peer by whose own keys it was verified; absent = by those of AGENTOS_FED_JWT_PUBLIC_KEY
 * @param boundTo thumbprint of the one client certificate with which it proves anything (RFC 8705); absent = any or none
 */
public record VerifiedToken(
        Optional<String> tenantId,
        Optional<String> principalId,
        Set<String> scopes,
        Optional<String> issuer,
        Optional<String> subject,
        Instant expires,
        Instant validUntil,
        Optional<String> boundTo,
        Optional<Peer> issuedBy) {

    /** What reaches over tenants is not a peer's to grant, which speaks for some tenants only. */
    private static final Set<String> OVER_TENANTS = Set.of("platform:admin", "metrics:read");

    /** The same token as a peer's own. */
    VerifiedToken issuedBy(Peer peer) {
        Set<String> granted = new HashSet<>(scopes);
        granted.removeAll(OVER_TENANTS);
        return new VerifiedToken(
                tenantId,
                principalId,
                Set.copyOf(granted),
                issuer,
                subject,
                expires,
                validUntil,
                boundTo,
                Optional.of(peer));
    }
}
