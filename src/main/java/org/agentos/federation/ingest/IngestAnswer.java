package org.agentos.federation.ingest;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The answer to an ingest request.
 *
 * @param rejected every event that is not accepted, duplicates too
 * @param failed neither accepted nor duplicate; 0 means stop resending
 * @param results of every event not plainly accepted, by index
 * @param cursors of each run the log was asked about: after its last event known here
 */
public record IngestAnswer(
        @JsonProperty("accepted") int accepted,
        @JsonProperty("rejected") int rejected,
        @JsonProperty("duplicates") int duplicates,
        @JsonProperty("failed") int failed,
        @JsonProperty("results") List<EventResult> results,
        @JsonProperty("cursors") Map<String, String> cursors,
        @JsonProperty("correlation_id") String correlationId) {

    public IngestAnswer {
        results = List.copyOf(results);
        cursors = new HashMap<>(cursors);
    }
}
