package org.agentos.federation.forward;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The answer to runs:forward on the wire.
 *
 * @param eventsUrl of this gateway's stream
 * @param cursor before the run's first event
 * @param explain only where asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ForwardAnswer(
        @JsonProperty("forwarded") Forwarded forwarded,
        @JsonProperty("correlation_id") String correlationId,
        @JsonProperty("events_url") String eventsUrl,
        @JsonProperty("cursor") String cursor,
        @JsonProperty("attempts") int attempts,
        @JsonProperty("idempotency_key") String idempotencyKey,
        @JsonProperty("explain") List<String> explain) {

    /** Where the run lives. */
    record Forwarded(
            @JsonProperty("tenant_id") String tenantId,
            @JsonProperty("remote_stack_id") String remoteStackId,
            @JsonProperty("remote_run_id") String remoteRunId,
            @JsonProperty("remote_events_url") String remoteEventsUrl,
            @JsonProperty("status") String status) {}
}
