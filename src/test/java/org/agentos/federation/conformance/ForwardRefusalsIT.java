package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.PeerRequest;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.ScriptedPeer.On;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardRefusalsIT {
    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest()
            .peer("stk_b")
            .peer("stk_picky", Map.of("policy", Map.of("agents", List.of("agt_allowed"))));

    private final String key = Sample.key();

    @Test
    void shouldNotKnowAnotherPeer() {
        Answer answer = GATEWAY.forward(Sample.forward("stk_nobody", key));

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.errorCode()).isEqualTo("peer_not_found");
    }

    @Test
    void shouldNameCapabilitiesThatAreMissing() {
        // Given
        GATEWAY.peerOf("stk_b");

        // When
        Answer answer = GATEWAY.forward(Sample.forward("stk_b", key)
                .replace(
                        "\"stack_id\": \"stk_b\"",
                        "\"stack_id\": \"stk_b\", \"required_capabilities\": [\"runs.forward\", \"tool_hosting\"]"));

        // Then
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errorCode()).isEqualTo("capability_unsupported");
        assertThat(answer.details().get("missing")).extracting(JsonNode::asText).containsExactly("tool_hosting");
    }

    @Test
    void shouldRefuseAnAgentThePolicyDoesNotAllow() {
        // Given
        GATEWAY.peerOf("stk_picky");

        // When
        Answer answer = GATEWAY.forward(Sample.forward("stk_picky", key));

        // Then
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.details().get("reason").asText()).isNotEmpty();
        assertThat(GATEWAY.peerOf("stk_picky").requests(On.RUN_CREATE)).isEmpty();
    }

    @Test
    void shouldRefuseTenantsThatDisagree() {
        Answer answer = GATEWAY.http()
                .post("/v1/federation/runs:forward")
                .tenant(Sample.OTHER_TENANT)
                .json(Sample.forward("stk_b", key))
                .send();

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.errorCode()).isEqualTo("tenant_mismatch");
    }

    @Test
    void shouldNameEveryProblemOfARequest() {
        // When
        Answer answer =
                GATEWAY.forward("{\"forward\":{\"target_selector\":{},\"auth\":{},\"run_request\":{\"input\":{}}}}");

        // Then
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.errorCode()).isEqualTo("invalid_request");
        assertThat(answer.details().get("problems").toString()).contains("agent_id", "stack_id");
    }

    @Test
    void shouldRefuseTwoKeysThatDiffer() {
        Answer answer = GATEWAY.http()
                .post("/v1/federation/runs:forward")
                .json(Sample.forward("stk_b", key))
                .header("Idempotency-Key", "\"another\"")
                .send();

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.errorCode()).isEqualTo("invalid_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "../../admin"})
    void shouldNotLetAnAgentLeaveItsPath(String agent) {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");

        // When
        Answer answer = GATEWAY.forward(
                Sample.forward("stk_b", "\"agent_id\":\"" + agent + "\",\"idempotency_key\":\"" + key + "\"", "prn_1"));

        // Then
        assertThat(answer.status()).isIn(200, 400, 502);
        assertThat(peer.requests())
                .extracting(PeerRequest::path)
                .allMatch(path -> path.matches("/v1/(agents/[^/]+/runs|runs/[^/]+(/events)?)"))
                .noneMatch(path -> path.contains("/../") || path.contains("/./"));
    }
}
