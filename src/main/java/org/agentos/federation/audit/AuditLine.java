package org.agentos.federation.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One line of the trail. Its last members are {@code key}, the id of the key where the chain is keyed, {@code prev}, the
 * hash of the line before, and {@code hash}, the SHA-256 or HMAC-SHA-256 (hex) of the line itself as it would be without
 * {@code ,"hash":"..."}. A changed, removed or inserted line breaks the chain there; see {@link Seal}.
 */
final class AuditLine {
    /** The {@code prev} of the first line of a trail. */
    static final String ORIGIN = "0".repeat(64);

    /** Longer lines would be a way to fill the disk through ids and reasons; what is longest of their meta is left out. */
    static final int MAX_BYTES = 16_384;

    private static final ObjectMapper JSON = new ObjectMapper();

    private AuditLine() {}

    /** A record as a JSON object without its closing brace, ready for {@link #chained}. */
    static String opened(AuditRecord record) {
        String whole = json(record, new TreeMap<>(record.meta()));
        return open(whole.length() <= MAX_BYTES / 2 ? whole : json(record, shortest(record)));
    }

    /** As much of the meta as there is room for, the short members first: no long one hides who asked from where. */
    private static Map<String, Object> shortest(AuditRecord record) {
        Map<String, Object> kept = new TreeMap<>(Map.of("truncated", true));
        int room = MAX_BYTES / 2 - json(record, kept).length();
        List<Map.Entry<String, Object>> members = new ArrayList<>(record.meta().entrySet());
        members.sort(Comparator.comparingInt(AuditLine::length));
        for (Map.Entry<String, Object> member : members) {
            room -= length(member);
            if (room < 0) {
                break;
            }
            kept.put(member.getKey(), member.getValue());
        }
        return kept;
    }

    /** With its quotes, colon and comma. */
    private static int length(Map.Entry<String, Object> member) {
        return text(Map.of(member.getKey(), member.getValue())).length();
    }

    /** The line without its line feed, linked to the line before. */
    static String chained(String opened, String prev, ChainKey key) {
        String keyed = key.id().map(id -> opened + ",\"key\":\"" + id + "\"").orElse(opened);
        String unsigned = keyed + ",\"prev\":\"" + prev + "\"}";
        return open(unsigned) + ",\"hash\":\"" + key.seal(unsigned.getBytes(StandardCharsets.UTF_8)) + "\"}";
    }

    /** The hash that ends a line made by {@link #chained}. */
    static String hashOf(String line) {
        int end = line.length() - "\"}".length();
        return line.substring(end - ORIGIN.length(), end);
    }

    private static String json(AuditRecord record, Map<String, Object> meta) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("time", record.time().truncatedTo(ChronoUnit.MILLIS).toString());
        members.put("tenant_id", record.tenantId().orElse(null));
        members.put("principal_id", record.principalId().orElse(null));
        members.put("action", record.action());
        members.put("resource", record.resource());
        members.put("outcome", record.outcome().wireName());
        members.put("correlation_id", record.correlationId());
        members.put("request_id", record.requestId());
        members.put("peer", record.peer().orElse(null));
        members.put("meta", meta);
        return text(members);
    }

    private static String text(Map<String, Object> members) {
        try {
            return JSON.writeValueAsString(members);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("meta holds what JSON cannot", e);
        }
    }

    private static String open(String object) {
        return object.substring(0, object.length() - 1);
    }
}
