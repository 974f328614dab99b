package org.agentos.federation.holder;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Optional;

/**
 * What came of asking a holder for a run's state.
 *
 * @param state as the contract names it; empty when the holder did not tell
 * @param problem why it did not
 * @param at when it answered, or when it was clear that it would not
 */
public record HeardState(Optional<String> state, Optional<Problem> problem, Instant at) {
    /**
     * Why there is no answer.
     *
     * @param reason how the call ended, or why none was made
     * @param remoteStatus the holder's; null when none came
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Problem(
            @JsonProperty("reason") String reason,
            @JsonProperty("remote_status") Integer remoteStatus) {}

    static HeardState of(String state, Instant at) {
        return new HeardState(Optional.of(state), Optional.empty(), at);
    }

    static HeardState none(Problem problem, Instant at) {
        return new HeardState(Optional.empty(), Optional.of(problem), at);
    }
}
