package org.agentos.federation.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A peer registry file for a test: this stack is {@code stk_a}. */
public final class RegistryFile {
    private final List<Map<String, Object>> peers = new ArrayList<>();

    /** Adds a peer; {@code members} are JSON members of its own, policy or mirror say. */
    public RegistryFile peer(String stackId, URI baseUrl, Map<String, Object> members) {
        Map<String, Object> peer = new LinkedHashMap<>();
        peer.put("stack_id", stackId);
        peer.put("environment", "test");
        peer.put("region", "region-of-" + stackId);
        peer.put("api_versions", List.of("v1"));
        peer.put("endpoints", Map.of("agent-orchestrator_base_url", baseUrl.toString()));
        peer.putAll(members);
        peers.add(peer);
        return this;
    }

    public Path writeTo(Path file) {
        Map<String, Object> local = new LinkedHashMap<>();
        local.put("stack_id", "stk_a");
        local.put("environment", "test");
        local.put("region", "region-a");
        local.put("api_versions", List.of("v1"));
        local.put("endpoints", Map.of("agent-orchestrator_base_url", "http://127.0.0.1:9"));
        try {
            return Files.writeString(file, Json.write(Map.of("local", local, "peers", peers)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
