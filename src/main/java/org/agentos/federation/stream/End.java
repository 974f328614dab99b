package org.agentos.federation.stream;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/** The end of a stream on the wire. */
@JsonPropertyOrder({"reason", "cursor"})
record End(
        @JsonProperty("reason") String reason,
        @JsonProperty("cursor") String cursor) {}
