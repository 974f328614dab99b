package org.agentos.federation.audit;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One thing somebody did or tried. It never holds a token: only ids, and what the gateway itself says of the matter.
 *
 * @param tenantId the proven tenant; a merely claimed one stands in {@code meta.claimed_tenant}
 * @param action {@code federation.runs.forward} say
 * @param resource what was acted on: a run, a peer, a path
 * @param peer the stack_id that a certificate or token proved
 * @param meta small: a few names with ids, numbers or reasons
 */
public record AuditRecord(
        Instant time,
        Optional<String> tenantId,
        Optional<String> principalId,
        String action,
        String resource,
        Outcome outcome,
        String correlationId,
        String requestId,
        Optional<String> peer,
        Map<String, Object> meta) {

    /** What came of it. */
    public enum Outcome {
        ALLOWED,
        DENIED,
        FAILED;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Keeps a line's length within what its caller can be allowed to cause. */
    private static final int MAX_RESOURCE = 1024;

    public AuditRecord {
        resource = resource.length() <= MAX_RESOURCE ? resource : resource.substring(0, MAX_RESOURCE);
        meta = Map.copyOf(meta);
    }
}
