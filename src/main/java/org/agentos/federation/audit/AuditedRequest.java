package org.agentos.federation.audit;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.agentos.federation.audit.AuditRecord.Outcome;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.trust.BodyAuth;
import org.agentos.federation.trust.Caller;
import org.agentos.federation.trust.Denial;

/**
 * A request and what is known of it, from which its record is made.
 *
 * @param caller absent: refused before it was known who asks
 * @param claims what the body says of the caller
 * @param resource what is acted on, where the matter does not say
 * @param matter absent: refused before it was known what is asked for
 */
record AuditedRequest(
        String action,
        InboundRequest request,
        Optional<Caller> caller,
        BodyAuth claims,
        String resource,
        Optional<Audited> matter) {
    /** An id that is fit is no longer; what was refused may be anything. */
    private static final int MAX_CLAIM = 256;

    /** Denials that leave it open whether a peer without a token may speak for the tenant it names. */
    private static final Set<String> TENANT_OPEN =
            Set.of(Denial.TENANT.wireName(), Denial.PEER_MISMATCH.wireName(), Denial.PEER_NOT_PROVEN.wireName());

    /** The record of a request that is let do what it asks. */
    AuditRecord allowed(Instant now) {
        return record(now, Outcome.ALLOWED, Map.of(), caller.flatMap(Caller::tenantId));
    }

    /** The record of a request that failed; empty for a malformed one, which asked for nothing that could be told. */
    Optional<AuditRecord> refused(Throwable failure, Instant now) {
        FederationException refusal = FederationException.in(failure)
                .orElseGet(() -> new FederationException(ErrorCode.INTERNAL_ERROR, "unexpected"));
        Map<String, Object> reasons = reasons(refusal);
        return outcome(refusal.code()).map(outcome -> record(now, outcome, reasons, provenTenant(reasons)));
    }

    /** A tenant that a peer only named is none's: else a peer could fill the trail of any tenant. */
    private Optional<String> provenTenant(Map<String, Object> reasons) {
        boolean open = TENANT_OPEN.contains(String.valueOf(reasons.get("reason")));
        return caller.filter(known -> !open || known.validUntil().isPresent()).flatMap(Caller::tenantId);
    }

    private static Optional<Outcome> outcome(ErrorCode code) {
        return switch (code) {
            case UNAUTHORIZED,
                    FORBIDDEN,
                    TENANT_MISMATCH,
                    NOT_FOUND,
                    PEER_NOT_FOUND,
                    CONFLICT,
                    CAPABILITY_UNSUPPORTED,
                    RATE_LIMITED,
                    QUOTA_EXCEEDED -> Optional.of(Outcome.DENIED);
            default -> code.status() >= 500 ? Optional.of(Outcome.FAILED) : Optional.empty();
        };
    }

    private static Map<String, Object> reasons(FederationException refusal) {
        Map<String, Object> reasons = new LinkedHashMap<>();
        reasons.put("code", refusal.code().wireName());
        copy(refusal.details(), "reason", reasons);
        copy(refusal.details(), "remote_status", reasons);
        return reasons;
    }

    private static void copy(Map<String, Object> from, String name, Map<String, Object> into) {
        if (from.containsKey(name)) {
            into.put(name, from.get(name));
        }
    }

    private AuditRecord record(Instant now, Outcome outcome, Map<String, Object> reasons, Optional<String> tenantId) {
        Map<String, Object> meta = new LinkedHashMap<>(reasons);
        matter.ifPresent(known -> meta.putAll(known.auditMeta()));
        request.remote().ifPresent(address -> meta.put("remote", address));
        putClaims(meta);
        caller.flatMap(Caller::tenantId)
                .filter(named -> tenantId.isEmpty())
                .ifPresent(named -> putClaim(meta, "claimed_tenant", named));
        return new AuditRecord(
                now,
                tenantId,
                caller.flatMap(Caller::principalId),
                action,
                matter.flatMap(Audited::auditResource).orElse(resource),
                outcome,
                request.correlationId(),
                request.requestId(),
                caller.flatMap(Caller::provenPeer),
                meta);
    }

    /** Of a caller nobody let in everything is a claim; of one who was, only a principal that was overruled. */
    private void putClaims(Map<String, Object> meta) {
        Optional<String> headerPrincipal = request.header("X-Principal-Id");
        if (caller.isPresent()) {
            headerPrincipal
                    .filter(named -> !caller.get().principalId().equals(Optional.of(named)))
                    .ifPresent(named -> putClaim(meta, "header_principal", named));
            caller.get().claimedPeer().ifPresent(named -> putClaim(meta, "claimed_peer", named));
            return;
        }
        Optional<String> headerTenant = request.header("X-Tenant-Id");
        claims.tenantId().or(() -> headerTenant).ifPresent(named -> putClaim(meta, "claimed_tenant", named));
        headerTenant
                .filter(named -> claims.tenantId().isPresent()
                        && !claims.tenantId().get().equals(named))
                .ifPresent(named -> putClaim(meta, "header_tenant", named));
        claims.principalId().or(() -> headerPrincipal).ifPresent(named -> putClaim(meta, "claimed_principal", named));
    }

    private static void putClaim(Map<String, Object> meta, String name, String claim) {
        meta.put(name, claim.substring(0, Math.min(claim.length(), MAX_CLAIM)));
    }
}
