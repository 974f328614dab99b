package org.agentos.federation.forward.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.zip.CRC32C;

/**
 * A forward entry as JSON: the four members of the reference implementation's index file, then this gateway's own,
 * each of which may be missing.
 */
final class EntryJson {
    private static final String CHECKSUM = "crc";

    private EntryJson() {}

    /** @param put writes one member */
    static void write(BiConsumer<String, String> put, ForwardEntry entry) {
        put.accept("tenant_id", entry.tenantId());
        put.accept("run_id", entry.runId());
        put.accept("remote_stack_id", entry.remoteStackId());
        put.accept("remote_events_url", entry.remoteEventsUrl());
        entry.principalId().ifPresent(id -> put.accept("principal_id", id));
        entry.agentId().ifPresent(id -> put.accept("agent_id", id));
        put.accept("created", entry.createdAt().toString());
        put.accept("state", entry.state());
        put.accept("state_at", entry.stateAt().toString());
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

    /** The object as text, with a checksum of all else as its last member: JSON alone does not tell a changed letter. */
    static String sealed(ObjectNode json) {
        String open = json.toString();
        return open.substring(0, open.length() - 1) + ",\"" + CHECKSUM + "\":\"" + checksum(open) + "\"}";
    }

    /**
     * Whether an object is as it was sealed; one without a checksum, of the reference or written by hand, is taken as it is. The
     * checksum is taken out.
     */
    static boolean unseal(JsonNode json) {
        if (!(json instanceof ObjectNode entry) || !entry.has(CHECKSUM)) {
            return true;
        }
        String checksum = entry.remove(CHECKSUM).asText();
        return checksum.equals(checksum(entry.toString()));
    }

    private static String checksum(String json) {
        CRC32C crc = new CRC32C();
        crc.update(json.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
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
