package org.agentos.federation.trust;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a token says whose signature and times hold.
 *
 * @param tenantId from {@code tenant_id} or {@code tid}
 * @param principalId from {@code principal_id} or {@code sub}
 * @param scopes of all three claims that issuers put them in; none = may do nothing that needs one
 * @param expires after which it proves nothing
 * @param validUntil until which it is taken all the same: {@code expires} and the verifier's leeway
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
        Optional<String> boundTo) {}
