package org.agentos.federation.error;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/** The error object on the wire, the only form in which this gateway says no. */
public record ErrorBody(
        @JsonProperty("error") Refusal error,
        @JsonProperty("correlation_id") String correlationId) {

    /** The inner object; {@code details} is absent from the wire when empty. */
    public record Refusal(
            @JsonProperty("code") String code,
            @JsonProperty("message") String message,
            @JsonProperty("retryable") boolean retryable,

            @JsonProperty("details") @JsonInclude(JsonInclude.Include.NON_EMPTY)
            Map<String, Object> details) {}

    public static ErrorBody of(FederationException refusal, String correlationId) {
        return new ErrorBody(
                new Refusal(refusal.code().wireName(), refusal.getMessage(), refusal.retryable(), refusal.details()),
                correlationId);
    }
}
