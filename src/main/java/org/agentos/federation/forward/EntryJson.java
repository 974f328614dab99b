package org.agentos.federation.forward;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;

/**
 * A forward entry as JSON: the four members of the reference implementation's index file, then this gateway's own,
 * each of which may be missing.
 */
final class EntryJson {
    private EntryJson() {}

    static void write(ObjectNode json, ForwardEntry entry) {
        json.put("tenant_id", entry.tenantId()).put("run_id", entry.runId());
        json.put("remote_stack_id", entry.remoteStackId()).put("remote_events_url", entry.remoteEventsUrl());
        entry.principalId().ifPresent(id -> json.put("principal_id", id));
        entry.agentId().ifPresent(id -> json.put("agent_id", id));
        json.put("created", entry.createdAt().toString());
        json.put("state", entry.state()).put("state_at", entry.stateAt().toString());
    }

    /**
     * Reads an entry.
     *
     * @throws IllegalArgumentException when one of the reference's four members is not a string
     * @throws java.time.DateTimeException when a time is not one
     */
    static ForwardEntry read(JsonNode json) {
        Instant created = time(json, "created").orElse(Instant.EPOCH);
        return new ForwardEntry(
                text(json, "tenant_id"),
                text(json, "run_id"),
                text(json, "remote_stack_id"),
                text(json, "remote_events_url"),
                optional(json, "principal_id"),
                optional(json, "agent_id"),
                created,
                optional(json, "state").orElse("unknown"),
                time(json, "state_at").orElse(created));
    }

    static String text(JsonNode json, String name) {
        return optional(json, name).orElseThrow(() -> new IllegalArgumentException(name + " is not a string"));
    }

    static Optional<String> optional(JsonNode json, String name) {
        return Optional.ofNullable(json.path(name).textValue());
    }

    private static Optional<Instant> time(JsonNode json, String name) {
        return optional(json, name).map(Instant::parse);
    }
}
