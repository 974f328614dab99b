package org.agentos.federation.views;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.agentos.federation.holder.HeardState;

/**
 * A run as its tenant sees it; members that nothing is known of are absent.
 *
 * @param holder the peer the run lives on
 * @param deleted true when what was kept of the run was deleted here, else absent
 * @param stateSource {@code log} for an end that a stored event proves, {@code holder} for what the peer said last
 * @param stateProblem why the holder, just asked or lately, did not tell; the state is then as old as its age says
 * @param stateAgeMs since the state was last heard
 * @param eventsUrl path of its event stream here
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunView(
        @JsonProperty("run_id") String runId,
        @JsonProperty("tenant_id") String tenantId,
        @JsonProperty("holder") String holder,
        @JsonProperty("agent_id") String agentId,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("state") String state,
        @JsonProperty("state_source") String stateSource,
        @JsonProperty("state_problem") HeardState.Problem stateProblem,
        @JsonProperty("deleted") Boolean deleted,
        @JsonProperty("state_age_ms") Long stateAgeMs,
        @JsonProperty("earliest_cursor") String earliestCursor,
        @JsonProperty("latest_cursor") String latestCursor,
        @JsonProperty("latest_sequence") Long latestSequence,
        @JsonProperty("events_url") String eventsUrl,
        @JsonProperty("mirror") Mirror mirror) {

    /** How the run's mirror stands; absent when there is none. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Mirror(
            @JsonProperty("state") String state,
            @JsonProperty("connections") Long connections,
            @JsonProperty("last_error") String lastError,
            @JsonProperty("last_event_at") String lastEventAt,
            @JsonProperty("next_try_at") String nextTryAt) {}
}
