package org.agentos.federation.ingest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What became of one event, as {@code results} tells it; absent for an event that was plainly accepted.
 *
 * @param reason why, where the status alone does not say
 * @param cursor after the event where it stands in the log
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EventResult(
        @JsonProperty("index") int index,
        @JsonProperty("status") String status,
        @JsonProperty("reason") String reason,
        @JsonProperty("retryable") Boolean retryable,
        @JsonProperty("cursor") String cursor) {}
