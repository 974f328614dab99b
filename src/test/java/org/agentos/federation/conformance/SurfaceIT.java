package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.OpenApiCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SurfaceIT {
    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest().peer("stk_b").peer("stk_c");

    @Test
    void shouldBeHealthyAndAlive() {
        assertThat(get("/v1/federation/health").status()).isEqualTo(200);
        assertThat(get("/v1/federation/health/live").status()).isEqualTo(200);
    }

    @Test
    void shouldDescribeItselfUnderBothPaths() {
        // When
        JsonNode peer = get("/v1/federation/peer").json().get("peer");
        JsonNode alias = get("/v1/peer/info").json().get("peer");

        // Then
        assertThat(peer.get("stack_id").asText()).isNotEmpty();
        assertThat(alias).isEqualTo(peer);
    }

    @Test
    void shouldTellItsCapabilitiesUnderBothPaths() {
        // When
        JsonNode capabilities = get("/v1/federation/peer/capabilities").json();
        JsonNode alias = get("/v1/peer/capabilities").json();

        // Then
        assertThat(capabilities.at("/capabilities/supports/runs_forward").asBoolean())
                .isTrue();
        assertThat(capabilities.at("/capabilities/supports/events_stream").asBoolean())
                .isTrue();
        assertThat(capabilities.at("/capabilities/supports/tenant_isolation").asBoolean())
                .isTrue();
        assertThat(alias.get("capabilities")).isEqualTo(capabilities.get("capabilities"));
    }

    @Test
    void shouldTakeTheRegistrysWordForItself() {
        // Given
        GATEWAY.process();

        // When
        JsonNode peer = get("/v1/federation/peer").json().get("peer");

        // Then
        assertThat(peer.get("stack_id").asText()).isEqualTo("stk_a");
        assertThat(peer.get("region").asText()).isEqualTo("region-a");
    }

    @Test
    void shouldListPeers() {
        // Given
        GATEWAY.peerOf("stk_b");

        // When
        JsonNode peers = get("/v1/federation/peers").json().get("peers");

        // Then
        assertThat(peers).extracting(peer -> peer.get("stack_id").asText()).containsExactly("stk_b", "stk_c");
        assertThat(get("/v1/federation/peers/stk_c").json().at("/peer/stack_id").asText())
                .isEqualTo("stk_c");
    }

    @Test
    void shouldNotKnowAnotherPeer() {
        Answer answer = get("/v1/federation/peers/stk_nobody");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.errorCode()).isEqualTo("peer_not_found");
    }

    @Test
    void shouldListRunsOfTheirTenantOnly() {
        // Given
        GATEWAY.peerOf("stk_b");
        String run = GATEWAY.started("stk_b");

        // When
        Answer own = get("/v1/federation/runs/" + run);
        Answer others = GATEWAY.http()
                .get("/v1/federation/runs/" + run)
                .tenant(Sample.OTHER_TENANT)
                .send();
        JsonNode othersRuns = GATEWAY.http()
                .get("/v1/federation/runs")
                .tenant(Sample.OTHER_TENANT)
                .send()
                .json()
                .get("runs");

        // Then
        assertThat(own.json().at("/run/run_id").asText()).isEqualTo(run);
        assertThat(own.json().at("/run/holder").asText()).isEqualTo("stk_b");
        assertThat(get("/v1/federation/runs").json().get("runs"))
                .extracting(listed -> listed.get("run_id").asText())
                .contains(run);
        assertThat(others.status()).isEqualTo(404);
        assertThat(othersRuns)
                .extracting(listed -> listed.get("run_id").asText())
                .doesNotContain(run);
    }

    @Test
    void shouldNotKnowARunNobodyStarted() {
        Answer answer = get("/v1/federation/runs/" + Sample.runId());

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.errorCode()).isEqualTo("not_found");
    }

    @Test
    void shouldServeTheApiDocument() {
        assertThat(get("/v1/federation/openapi.json").json())
                .isEqualTo(OpenApiCheck.ofProject().document());
    }

    @Test
    void shouldExposeMetricsUnderTheKeptNames() {
        // Given
        get("/v1/federation/health");

        // When
        String metrics = get("/metrics").text();

        // Then
        assertThat(metrics)
                .containsPattern("(?m)^agentos_http_requests_total\\{[^}]*service=\"federation\"[^}]*} ")
                .containsPattern("(?m)^agentos_http_request_duration_seconds");
    }

    private static Answer get(String path) {
        return GATEWAY.http().get(path).tenant(Sample.TENANT).send();
    }
}
