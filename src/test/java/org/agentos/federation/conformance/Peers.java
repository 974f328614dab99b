package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.agentos.federation.support.GatewayProcess.Ended;
import org.agentos.federation.support.Json;
import org.agentos.federation.support.RegistryFile;

/** Writes the registry of a running gateway anew. */
record Peers(GatewayUnderTest gateway) {
    static final Map<String, Object> NO_FORWARDS = Map.of("policy", Map.of("directions", List.of()));

    Path file() {
        return gateway.process().directory().resolve("peers.json");
    }

    /** The registry with these members for peers that the test class has; all others are left out. */
    void write(Map<String, Map<String, Object>> peers) {
        registry(peers).writeTo(file());
    }

    RegistryFile registry(Map<String, Map<String, Object>> peers) {
        RegistryFile registry = new RegistryFile();
        peers.forEach((stackId, members) ->
                registry.peer(stackId, gateway.peerOf(stackId).baseUrl(), members));
        return registry;
    }

    Ended reload() {
        return gateway.process().command("reload");
    }

    /** Writes the registry and has it taken over. */
    String take(Map<String, Map<String, Object>> peers) {
        write(peers);
        Ended ended = reload();
        assertThat(ended.exitCode()).as(ended.output()).isZero();
        return ended.output();
    }

    /** The records of reloads, oldest first. */
    List<com.fasterxml.jackson.databind.JsonNode> audited() {
        try {
            return Files.readAllLines(gateway.process().directory().resolve("audit.log")).stream()
                    .map(Json::parse)
                    .filter(record -> record.get("action").asText().equals("federation.peers.reload"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
