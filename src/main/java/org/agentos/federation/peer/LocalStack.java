package org.agentos.federation.peer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.settings.LimitSet;
import org.agentos.federation.settings.RetentionSettings;
import org.agentos.federation.settings.RetentionWindow;
import org.agentos.federation.settings.Settings;

/** This stack as it presents itself to peers and clients. The limits it names are the ones that are enforced. */
public final class LocalStack {
    private final PeerRegistry registry;
    private final Settings settings;

    public LocalStack(PeerRegistry registry, Settings settings) {
        this.registry = registry;
        this.settings = settings;
    }

    /**
     * The answer of {@code /v1/federation/peer}.
     *
     * @throws FederationException {@code unavailable} without a registry
     */
    public Map<String, Object> info() {
        if (!registry.configured()) {
            throw new FederationException(ErrorCode.UNAVAILABLE, "no peer registry is configured");
        }
        return Map.of("peer", registry.local());
    }

    /**
     * The answer of {@code /v1/federation/peer/capabilities}, with the retention and the limits of the tenant and the peer
     * that ask, as far as they say who they are.
     */
    public Map<String, Object> capabilities(Optional<String> tenantId, Optional<String> stackId) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(
                "capabilities",
                Map.of("supports", supports(), "limits", limits(tenantId, stackId), "models", models()));
        answer.put("peer_id", registry.local().stackId());
        answer.put("protocol", Capabilities.PROTOCOL);
        answer.put("features", List.of("runs.forward", "events.ingest", "events.sse_proxy", "events.replay"));
        answer.put("event_backhaul", Map.of("mode", "sse_proxy"));
        RetentionSettings retention = settings.retention();
        answer.put("retention", retention(tenantId.map(retention::windowOf).orElse(retention.window())));
        return answer;
    }

    /** Null = no cap. */
    private static Map<String, Object> retention(RetentionWindow window) {
        Map<String, Object> retention = new LinkedHashMap<>();
        retention.put("trims", true);
        retention.put("max_age_seconds", window.maxAge().toSeconds());
        retention.put("max_bytes", window.maxBytes() > 0 ? window.maxBytes() : null);
        retention.put("max_events", window.maxEvents() > 0 ? window.maxEvents() : null);
        return retention;
    }

    private static Map<String, Boolean> supports() {
        return Map.of("runs_forward", true, "events_stream", true, "tenant_isolation", true, "tool_hosting", false);
    }

    private Map<String, Number> limits(Optional<String> tenantId, Optional<String> stackId) {
        LimitSet ofTenant = tenantId.map(settings.limits()::ofTenant)
                .orElse(settings.limits().perTenant());
        StatedLimits limits = new StatedLimits();
        limits.least("max_concurrent_runs", settings.forward().inFlight());
        limits.least("max_event_streams", settings.stream().maxStreams());
        tenantId.ifPresent(
                any -> limits.least("max_event_streams", settings.stream().maxStreamsPerTenant()));
        limits.least("max_body_bytes", settings.http().maxBodyBytes());
        limits.least("max_batch_events", settings.ingest().maxBatchEvents());
        limits.least("max_event_bytes", settings.ingest().maxEventBytes());
        limits.add(ofTenant);
        limits.add(settings.limits().route());
        stackId.flatMap(registry::find).ifPresent(limits::addPushesOf);
        return limits.all();
    }

    /** The gateway hosts no models itself; what a peer behind it has is the peer's to say. */
    private static Map<String, Object> models() {
        return Map.of("tiers", List.of(), "backends", List.of(), "max_context_tokens", 0);
    }
}
