package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.Json;
import org.agentos.federation.support.PeerRequest;
import org.agentos.federation.support.ScriptedPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardIT {
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest().peer("stk_b");

    private final String key = Sample.key();

    @Test
    void shouldStartARunOnThePeerAndTellWhereItIs() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");

        // When
        Answer answer = GATEWAY.forward(Sample.forward("stk_b", key));

        // Then
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        JsonNode forwarded = answer.json().get("forwarded");
        String run = forwarded.get("remote_run_id").asText();
        assertThat(forwarded.get("tenant_id").asText()).isEqualTo(Sample.TENANT);
        assertThat(forwarded.get("remote_stack_id").asText()).isEqualTo("stk_b");
        assertThat(forwarded.get("status").asText()).isEqualTo("running");
        assertThat(forwarded.get("remote_events_url").asText())
                .isEqualTo(peer.baseUrl() + "/v1/runs/" + run + "/events");
        assertThat(answer.json().get("events_url").asText()).endsWith("/v1/federation/runs/" + run + "/events");
        assertThat(answer.json().get("attempts").asInt()).isEqualTo(1);
        assertThat(answer.json().get("idempotency_key").asText()).isEqualTo(key);
        assertThat(answer.header("Idempotent-Replayed")).isEmpty();
        assertThat(peer.callsUnder(key)).isEqualTo(1);
    }

    @Test
    void shouldSendThePeerTheRunRequestLessItsAgent() {
        // Given
        GATEWAY.peerOf("stk_b");
        String request =
                "\"input\":{\"n\":1.50},\"context\":{\"a\":[null]},\"tooling\":{\"x\":true},\"run_options\":{},"
                        + "\"x_unknown\":[1,\"\u00e9\"],\"idempotency_key\":\"" + key + "\"";

        // When
        GATEWAY.forward(Sample.forward("stk_b", "\"agent_id\":\"agt_1\"," + request, "prn_1"));

        // Then
        assertThat(create().path()).isEqualTo("/v1/agents/agt_1/runs");
        assertThat(create().json()).isEqualTo(Json.parse("{" + request + "}"));
    }

    @Test
    void shouldPassOnWhoAsks() {
        // Given
        GATEWAY.peerOf("stk_b");

        // When
        GATEWAY.http()
                .post("/v1/federation/runs:forward")
                .json(Sample.forward("stk_b", key))
                .header("Authorization", "Bearer opaque-token")
                .header("X-Tenant-Id", Sample.TENANT)
                .header("X-Request-Id", "req-42")
                .header("X-Correlation-Id", "cor-42")
                .header("traceparent", TRACE)
                .header("Cookie", "session=secret")
                .header("X-JWT-Sub", "evil")
                .header("CamelHttpMethod", "DELETE")
                .send();

        // Then
        PeerRequest create = create();
        assertThat(create.header("Authorization")).isEqualTo("Bearer opaque-token");
        assertThat(create.header("X-Tenant-Id")).isEqualTo(Sample.TENANT);
        assertThat(create.header("X-Principal-Id")).isEqualTo("prn_1");
        assertThat(create.header("X-Request-Id")).isEqualTo("req-42");
        assertThat(create.header("X-Correlation-Id")).isEqualTo("cor-42");
        assertThat(create.header("traceparent")).startsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-");
        assertThat(create.header("Idempotency-Key").replace("\"", "")).isEqualTo(key);
        assertThat(create.headers()).doesNotContainKeys("Cookie", "X-JWT-Sub", "CamelHttpMethod");
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "00-00000000000000000000000000000000-0000000000000000-00", "01"})
    void shouldReplaceAnUnfitTraceparent(String traceparent) {
        // Given
        GATEWAY.peerOf("stk_b");

        // When
        Answer answer = GATEWAY.http()
                .post("/v1/federation/runs:forward")
                .json(Sample.forward("stk_b", key))
                .header("traceparent", traceparent)
                .send();

        // Then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(create().header("traceparent"))
                .matches("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
    }

    @ParameterizedTest
    @CsvSource({
        "'\"principal\":{\"principal_id\":\"prn_body\"},', prn_body",
        "'\"principal_id\":\"prn_body\",', prn_body",
        "'', prn_header"
    })
    void shouldTakeThePrincipalFromBodyThenHeader(String member, String expected) {
        // Given
        GATEWAY.peerOf("stk_b");
        String body = "{\"forward\":{\"target_selector\":{\"stack_id\":\"stk_b\"},\"auth\":{" + member
                + "\"tenant_id\":\"" + Sample.TENANT
                + "\"},\"run_request\":{\"agent_id\":\"agt_1\",\"idempotency_key\":\"" + key + "\"}}}";

        // When
        Answer answer = GATEWAY.http()
                .post("/v1/federation/runs:forward")
                .json(body)
                .header("X-Principal-Id", "prn_header")
                .send();

        // Then
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(create().header("X-Principal-Id")).isEqualTo(expected);
    }

    @Test
    void shouldEncodeTheAgentIntoThePath() {
        // Given
        GATEWAY.peerOf("stk_b");

        // When
        GATEWAY.forward(Sample.forward(
                "stk_b", "\"agent_id\":\"a/b c?d%2e\u00e9\",\"idempotency_key\":\"" + key + "\"", "prn_1"));

        // Then
        assertThat(create().target()).isEqualTo("/v1/agents/a%2Fb%20c%3Fd%252e%C3%A9/runs");
    }

    @Test
    void shouldChooseAPeerByRegion() {
        // Given
        GATEWAY.peerOf("stk_b");

        // When
        Answer answer = GATEWAY.forward(Sample.forward("stk_b", key)
                .replace(
                        "\"stack_id\": \"stk_b\"",
                        "\"region\": \"region-of-stk_b\", \"preferred_model_tier\": \"huge\""));

        // Then
        assertThat(answer.json().at("/forwarded/remote_stack_id").asText()).isEqualTo("stk_b");
    }

    private PeerRequest create() {
        assertThat(GATEWAY.peerOf("stk_b").creates(key)).hasSize(1);
        return GATEWAY.peerOf("stk_b").creates(key).get(0);
    }
}
