package org.agentos.federation.drills;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.LongStream;
import org.agentos.federation.support.Json;

/** Events whose every byte follows from run and sequence, so that what comes back can be told from what was sent. */
final class Events {
    static final String TENANT = "tnt_demo";
    /** What {@link #sequenceIn} says of an envelope that is not one of these, to the byte. */
    static final long FOREIGN = -1;

    private Events() {}

    static String envelope(String run, long sequence) {
        return envelope(run, sequence, "agentos.step.completed");
    }

    static String envelope(String run, long sequence, String type) {
        return "{\"event\":{\"event_id\":\"evt_" + run + "_" + sequence + "\",\"run_id\":\"" + run + "\",\"sequence\":"
                + sequence + ",\"type\":\"" + type + "\",\"payload\":{\"text\":\"" + "x".repeat((int) (sequence % 97))
                + "\"}}}";
    }

    static List<String> envelopes(String run, long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(sequence -> envelope(run, sequence))
                .toList();
    }

    /** The sequence of an envelope of the run, if it has come through unchanged. */
    static long sequenceIn(String run, String envelope) {
        try {
            JsonNode event = Json.parse(envelope).path("event");
            long sequence = event.path("sequence").asLong(FOREIGN);
            boolean same =
                    envelope.equals(envelope(run, sequence, event.path("type").asText()));
            return same ? sequence : FOREIGN;
        } catch (UncheckedIOException noJson) {
            return FOREIGN;
        }
    }

    static String batch(List<String> envelopes) {
        return "{\"peer_id\":\"peer_ci\",\"auth\":{\"tenant_id\":\"" + TENANT
                + "\",\"principal_id\":\"prn_1\"},\"events\":[" + String.join(",", envelopes) + "]}";
    }

    /** A forward to any peer of the region. */
    static String forward(String region, String key) {
        return """
                {"forward": {"target_selector": {"region": "%s"},
                 "auth": {"tenant_id": "%s", "principal": {"principal_id": "prn_1", "principal_type": "user"}},
                 "run_request": {"agent_id": "agt_1", "input": {"text": "hi"}, "idempotency_key": "%s"}}}""".formatted(region, TENANT, key);
    }
}
