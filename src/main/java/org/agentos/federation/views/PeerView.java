package org.agentos.federation.views;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.agentos.federation.peer.PeerInfo;

/**
 * A peer as a tenant that may use it sees it; what only operators may know is absent for others.
 *
 * @param reachability {@code reachable} when it answered last time it was asked, {@code unreachable} when it has
 *     answered before but not then, {@code unknown} when it cannot be asked or has not answered yet
 * @param breaker {@code closed}, {@code half_open} or {@code open}: calls to the peer are refused at once
 * @param inFlightForwards of all tenants; operators only
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PeerView(
        @JsonProperty("stack_id") String stackId,
        @JsonProperty("info") PeerInfo info,
        @JsonProperty("reachability") String reachability,
        @JsonProperty("breaker") String breaker,
        @JsonProperty("capabilities_age_ms") Long capabilitiesAgeMs,
        @JsonProperty("features") List<String> features,
        @JsonProperty("in_flight_forwards") Integer inFlightForwards) {}
