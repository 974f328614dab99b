package org.agentos.federation.ticket;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.agentos.federation.audit.Audited;

/**
 * The right to read one run's events for a while, as the caller who asked for it.
 *
 * @param origin of the page it was made for; absent: made for no page, and no page of another origin may use it
 * @param expires the first moment at which it opens nothing any more, in whole milliseconds
 */
public record Ticket(
        String tenantId, Optional<String> principalId, String runId, Optional<String> origin, Instant expires)
        implements Audited {

    @Override
    public Optional<String> auditResource() {
        return Optional.of(runId);
    }

    @Override
    public Map<String, Object> auditMeta() {
        return Map.of("ticket_origin", origin.orElse("none"), "ticket_expires_at", expires.toString());
    }
}
