package org.agentos.federation.views;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.agentos.federation.peer.PeerInfo;

/**
 * A peer as a tenant that may use it sees it; what only operators may know is absent for others.
 *
 * @param reachability {@code reachable} when it answered last time it was asked, {@code unreachable} when it has
 *     answered before but not then, {@code unknown} when it cannot be asked or has not answered yet
 * @param breaker {@code closed}, {@code half_open} or {@code open}: calls to the peer are refused at once
 * @param capabilitiesAgeMs since the peer last said what it can do; absent: assumed
 * @param replay {@code peer} when its event stream starts where a cursor asks, {@code local_buffer} when only the event
 *     log here can replay what it sent
 * @param idempotencyKeys whether a call of uncertain end is repeated under its key
 * @param token whose token it is sent: {@code caller}, {@code own} or {@code none}
 * @param inFlightForwards of the tenant that asks
 * @param openMirrors runs of the tenant that asks whose events are being fetched
 * @param quota what the tenant that asks has used today, UTC; absent where there is no quota
 * @param totals operators only
 * @param lastErrors operators only
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PeerView(
        @JsonProperty("stack_id") String stackId,
        @JsonProperty("info") PeerInfo info,
        @JsonProperty("reachability") String reachability,
        @JsonProperty("breaker") String breaker,
        @JsonProperty("capabilities_age_ms") Long capabilitiesAgeMs,
        @JsonProperty("negotiated") Negotiated negotiated,
        @JsonProperty("features") List<String> features,
        @JsonProperty("replay") String replay,
        @JsonProperty("idempotency_keys") boolean idempotencyKeys,
        @JsonProperty("token") String token,
        @JsonProperty("in_flight_forwards") int inFlightForwards,
        @JsonProperty("open_mirrors") int openMirrors,
        @JsonProperty("quota") Quota quota,
        @JsonProperty("totals") Totals totals,
        @JsonProperty("last_errors") LastErrors lastErrors) {

    /** What both sides speak; a member is absent when they have no version in common, and forwards are refused then. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Negotiated(
            @JsonProperty("api_version") String apiVersion,
            @JsonProperty("protocol") String protocol) {}

    /** Of all tenants. */
    public record Totals(
            @JsonProperty("in_flight_forwards") int inFlightForwards,
            @JsonProperty("waiting_forwards") int waitingForwards,
            @JsonProperty("open_mirrors") int openMirrors,

            @JsonProperty("quota") @JsonInclude(JsonInclude.Include.NON_EMPTY)
            Map<String, QuotaUse> quota) {}

    /**
     * Use by the names of the registry's quotas.
     *
     * @param tenant of the tenant's own quotas, at all peers together
     * @param peer of this peer's quotas; what remains of those is for all its tenants
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Quota(
            @JsonProperty("tenant") Map<String, QuotaUse> tenant,
            @JsonProperty("peer") Map<String, QuotaUse> peer,
            @JsonProperty("resets_at") String resetsAt) {}

    /** Of one quota of a day. */
    public record QuotaUse(
            @JsonProperty("limit") long limit,
            @JsonProperty("used") long used,
            @JsonProperty("remaining") long remaining) {}

    /** The last ones, absent where there was none; that about capabilities until the peer answers again. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record LastErrors(
            @JsonProperty("forward") LastError forward,
            @JsonProperty("capabilities") LastError capabilities) {}

    /** One of them, in words of ours. */
    public record LastError(
            @JsonProperty("error") String error,
            @JsonProperty("at") String at) {}
}
