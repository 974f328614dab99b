package org.agentos.federation.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;

/**
 * Which records a page is to hold.
 *
 * @param tenantId empty: of every tenant, and of none
 * @param since inclusive
 * @param until exclusive
 * @param action a name, or the beginning of names and {@code .*}
 * @param outcome as on the wire
 * @param limit records at most
 */
record AuditQuery(
        Optional<String> tenantId,
        Optional<Instant> since,
        Optional<Instant> until,
        Optional<String> action,
        Optional<String> outcome,
        int limit) {

    boolean wants(JsonNode record, Instant time) {
        return tenantId.map(id -> id.equals(record.path("tenant_id").textValue()))
                        .orElse(true)
                && since.map(from -> !time.isBefore(from)).orElse(true)
                && until.map(time::isBefore).orElse(true)
                && outcome.map(record.path("outcome").asText()::equals).orElse(true)
                && action.map(name -> isNamed(name, record.path("action").asText()))
                        .orElse(true);
    }

    private static boolean isNamed(String wanted, String action) {
        return wanted.endsWith(".*")
                ? action.startsWith(wanted.substring(0, wanted.length() - 1))
                : action.equals(wanted);
    }
}
