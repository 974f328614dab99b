package org.agentos.federation.trust;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Who is asking, settled once by the admit step.
 *
 * @param tenantId empty only where a certificate alone opens a route
 * @param scopes what the caller may do; {@link #ALL_SCOPES} where nothing narrows it
 * @param provenPeer the stack_id that a certificate or token proved
 * @param claimedPeer the stack_id in {@code X-Peer-Id}, unproven
 * @param authorization the caller's own Authorization header, for its peer only; never logged, never stored
 * @param traceparent valid, or absent
 * @param validUntil when what proves the caller runs out, with the leeway for clocks that differ: what was opened for
 *     it ends then; empty where nothing was proven that can run out
 */
public record Caller(
        Optional<String> tenantId,
        Optional<String> principalId,
        Set<String> scopes,
        Optional<String> provenPeer,
        Optional<String> claimedPeer,
        Optional<String> authorization,
        String requestId,
        String correlationId,
        Optional<String> traceparent,
        Optional<Instant> validUntil) {

    /** The scope set that contains every scope. */
    public static final Set<String> ALL_SCOPES = Set.of("*");

    public boolean mayDo(String scope) {
        return scopes.equals(ALL_SCOPES) || scopes.contains(scope);
    }

    @Override
    public String toString() {
        return "Caller[tenant=" + tenantId.orElse("-") + ", principal=" + principalId.orElse("-") + ", request="
                + requestId + "]";
    }
}
