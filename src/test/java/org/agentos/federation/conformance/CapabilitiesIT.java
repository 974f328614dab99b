package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.Reply;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.ScriptedPeer.On;
import org.agentos.federation.support.SseClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What peers say of themselves, and what that changes; each test has a peer of its own. */
class CapabilitiesIT {
    private static final List<String> STACKS =
            List.of("stk_list", "stk_skewed", "stk_keyless", "stk_plain", "stk_lossy", "stk_mute", "stk_assumed");

    @RegisterExtension
    static final GatewayUnderTest GATEWAY = gateway();

    private final Peers peers = new Peers(GATEWAY);

    private static GatewayUnderTest gateway() {
        GatewayUnderTest gateway = new GatewayUnderTest()
                .environment("AGENTOS_FED_RELOAD_INTERVAL", "0s")
                .environment("AGENTOS_FED_FORWARD_BASE_BACKOFF_MS", "1");
        STACKS.forEach(gateway::peer);
        return gateway;
    }

    @Test
    void shouldReadAPlainListAndRefuseWhatItLacks() {
        // Given
        says("stk_list", "{\"capabilities\": [\"runs.forward\", \"events.replay\"], \"protocol\": \"1.0\"}", Map.of());

        // When
        Answer refused = forward(
                "{\"stack_id\": \"stk_list\", \"required_capabilities\": [\"runs.forward\", \"tool_hosting\"]}");
        Answer taken = forward("{\"stack_id\": \"stk_list\", \"required_capabilities\": [\"runs_forward\"]}");
        JsonNode shown = show("stk_list");

        // Then
        assertThat(refused.status()).as(refused.toString()).isEqualTo(422);
        assertThat(refused.errorCode()).isEqualTo("capability_unsupported");
        assertThat(refused.details().get("missing").toString()).isEqualTo("[\"tool_hosting\"]");
        assertThat(taken.status()).as(taken.toString()).isEqualTo(200);
        assertThat(shown.get("replay").asText()).isEqualTo("peer");
        assertThat(shown.get("reachability").asText()).isEqualTo("reachable");
        assertThat(shown.get("capabilities_age_ms").asLong()).isNotNegative();
        assertThat(shown.get("negotiated").toString()).isEqualTo("{\"api_version\":\"v1\",\"protocol\":\"1.0\"}");
    }

    @Test
    void shouldRefuseAPeerOfOtherVersions() {
        // Given
        says(
                "stk_skewed",
                "{\"capabilities\": {\"supports\": {\"runs_forward\": true}}, \"protocol\": \"2.0\"}",
                Map.of("api_versions", List.of("v2")));

        // When
        Answer refused = forward("{\"stack_id\": \"stk_skewed\"}");

        // Then
        assertThat(refused.status()).as(refused.toString()).isEqualTo(422);
        assertThat(refused.details().get("missing").toString()).isEqualTo("[\"protocol:1\",\"api_version:v1\"]");
        assertThat(show("stk_skewed").get("negotiated").toString()).isEqualTo("{}");
        assertThat(GATEWAY.peerOf("stk_skewed").requests(On.RUN_CREATE)).isEmpty();
    }

    @Test
    void shouldNotAskAgainBlindlyWhereThePeerSaysItHonoursNoKeys() {
        // Given
        says(
                "stk_keyless",
                "{\"capabilities\": {\"supports\": {\"runs_forward\": true, \"idempotency_keys\": false}}}",
                Map.of());
        ScriptedPeer peer = GATEWAY.peerOf("stk_keyless");
        peer.script(On.RUN_CREATE, peer.startedThen(Reply.resetAfterReading()));

        // When
        Answer uncertain = forward("{\"stack_id\": \"stk_keyless\"}");

        // Then
        assertThat(uncertain.status()).as(uncertain.toString()).isEqualTo(503);
        assertThat(peer.requests(On.RUN_CREATE)).hasSize(1);
        assertThat(show("stk_keyless").get("idempotency_keys").asBoolean()).isFalse();
    }

    @Test
    void shouldNotAskAgainBlindlyWhereTheRegistryAssumesNoKeys() {
        // Given
        peers.take(all(Map.of("stk_assumed", Map.of("assume", Map.of("idempotency_keys", false)))));
        ScriptedPeer peer = GATEWAY.peerOf("stk_assumed");
        peer.script(On.RUN_CREATE, peer.startedThen(Reply.resetAfterReading()));

        // When
        Answer uncertain = forward("{\"stack_id\": \"stk_assumed\"}");

        // Then
        assertThat(uncertain.status()).as(uncertain.toString()).isEqualTo(503);
        assertThat(peer.requests(On.RUN_CREATE)).hasSize(1);
    }

    @Test
    void shouldBufferHereWhatAPeerCannotReplay() {
        // Given
        says(
                "stk_lossy",
                "{\"capabilities\": {\"supports\": {\"runs_forward\": true, \"events_replay\": false}}}",
                Map.of("mirror", Map.of("mode", "on-demand")));
        ScriptedPeer peer = GATEWAY.peerOf("stk_lossy");

        // When
        String runId = GATEWAY.started("stk_lossy");
        await("a mirror without a reader").until(() -> peer.openStreams() == 1);
        peer.run(runId).emit("agentos.step.completed");
        JsonNode shown = show("stk_lossy");

        // Then
        await().until(() -> GATEWAY.stored(runId).size() == 1);
        try (SseClient later = GATEWAY.stream(runId, "?from_sequence=0")) {
            later.await("agentos.event", 1);
        }
        assertThat(shown.get("replay").asText()).isEqualTo("local_buffer");
        assertThat(shown.get("open_mirrors").asInt()).isEqualTo(1);
    }

    @Test
    void shouldShowEachTenantItsOwnAndOperatorsTheWhole() {
        // Given
        GATEWAY.peerOf("stk_plain").script(On.RUN_CREATE, Reply.hang(), Reply.error(500, "internal_error"));
        CompletableFuture<Answer> hanging = GATEWAY.http()
                .post("/v1/federation/runs:forward")
                .json(Sample.forward("stk_plain", Sample.key()))
                .sendAsync();
        await().until(() -> show("stk_plain").get("in_flight_forwards").asInt() == 1);
        forward("{\"stack_id\": \"stk_plain\"}");

        // When
        JsonNode ofOther = show("stk_plain", "X-Tenant-Id", Sample.OTHER_TENANT, "X-Scopes", "peers:read");
        JsonNode ofOperator =
                show("stk_plain", "X-Tenant-Id", Sample.OTHER_TENANT, "X-Scopes", "peers:read platform:admin");
        hanging.cancel(true);

        // Then
        assertThat(ofOther.get("in_flight_forwards").asInt()).isZero();
        assertThat(ofOther.has("totals")).isFalse();
        assertThat(ofOther.has("last_errors")).isFalse();
        assertThat(ofOperator.at("/totals/in_flight_forwards").asInt()).isEqualTo(1);
        assertThat(ofOperator.at("/last_errors/forward/error").asText()).isEqualTo("failed 500");
    }

    @Test
    void shouldSayWhyAPeerIsNotKnown() {
        // Given
        ScriptedPeer mute = GATEWAY.peerOf("stk_mute");
        mute.script(On.CAPABILITIES, Reply.json(200, "not json"));
        peers.take(all(
                Map.of("stk_mute", Map.of("federation_base_url", mute.baseUrl().toString()))));
        await().until(() -> show("stk_mute").at("/last_errors/capabilities").isObject());

        // Then
        JsonNode shown = show("stk_mute");
        assertThat(shown.get("reachability").asText()).isEqualTo("unknown");
        assertThat(shown.at("/last_errors/capabilities/error").asText()).isEqualTo("its answer cannot be read");
        assertThat(shown.get("features").toString()).isEqualTo("[\"events_stream\",\"runs_forward\"]");
    }

    /** Has a peer asked for its capabilities, which it answers like this. */
    private void says(String stackId, String answer, Map<String, Object> members) {
        ScriptedPeer peer = GATEWAY.peerOf(stackId);
        peer.script(On.CAPABILITIES, Reply.json(200, answer));
        Map<String, Object> all = new TreeMap<>(members);
        all.put("federation_base_url", peer.baseUrl().toString());
        peers.take(all(Map.of(stackId, all)));
        await().until(() -> show(stackId).has("capabilities_age_ms"));
    }

    private static Map<String, Map<String, Object>> all(Map<String, Map<String, Object>> members) {
        Map<String, Map<String, Object>> all = new TreeMap<>();
        STACKS.forEach(stackId -> all.put(stackId, members.getOrDefault(stackId, Map.of())));
        return all;
    }

    private static Answer forward(String selector) {
        return GATEWAY.forward(Sample.forward("stk_b", Sample.key()).replace("{\"stack_id\": \"stk_b\"}", selector));
    }

    private static JsonNode show(String stackId, String... headers) {
        var call = GATEWAY.http().get("/v1/federation/peers/" + stackId);
        for (int i = 0; i < headers.length; i += 2) {
            call.header(headers[i], headers[i + 1]);
        }
        Answer answer = call.send();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json().get("peer");
    }
}
