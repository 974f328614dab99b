package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What stands in the audit file by the time a request is answered: one record for each, found by its request id. */
class AuditIT {
    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest().peer("stk_b").deadPeer();

    @Test
    void shouldRecordAForwardWithBothPrincipals() throws IOException {
        // Given
        GATEWAY.peerOf("stk_b");

        // When
        Answer answer = GATEWAY.http()
                .post("/v1/federation/runs:forward")
                .header("X-Principal-Id", "prn_header")
                .header("Authorization", "Bearer secret-token")
                .json(Sample.forward("stk_b", Sample.key()))
                .send();

        // Then
        JsonNode record = onlyRecordOf(answer);
        assertThat(record.get("action").asText()).isEqualTo("federation.runs.forward");
        assertThat(record.get("outcome").asText()).isEqualTo("allowed");
        assertThat(record.get("tenant_id").asText()).isEqualTo(Sample.TENANT);
        assertThat(record.get("resource").asText())
                .isEqualTo(answer.json().at("/forwarded/remote_run_id").asText());
        assertThat(record.at("/meta/header_principal").asText()).isEqualTo("prn_header");
        assertThat(record.at("/meta/stack_id").asText()).isEqualTo("stk_b");
        assertThat(auditFile()).doesNotContain("secret-token");
    }

    @Test
    void shouldRecordAForwardThatFailed() throws IOException {
        // Given
        GATEWAY.process();

        // When
        Answer answer = GATEWAY.forward(Sample.forward("stk_dead", Sample.key()));

        // Then
        JsonNode record = onlyRecordOf(answer);
        assertThat(record.get("outcome").asText()).isEqualTo("failed");
        assertThat(record.at("/meta/code").asText()).isEqualTo("dependency_unavailable");
        assertThat(record.at("/meta/attempts").asInt()).isEqualTo(3);
    }

    @Test
    void shouldRecordAForwardThatWasDenied() throws IOException {
        // Given
        GATEWAY.process();

        // When
        Answer answer = GATEWAY.http()
                .post("/v1/federation/runs:forward")
                .tenant(Sample.OTHER_TENANT)
                .json(Sample.forward("stk_b", Sample.key()))
                .send();

        // Then
        JsonNode record = onlyRecordOf(answer);
        assertThat(record.get("outcome").asText()).isEqualTo("denied");
        assertThat(record.get("tenant_id").isNull()).isTrue();
        assertThat(record.at("/meta/claimed_tenant").asText()).isEqualTo(Sample.TENANT);
        assertThat(record.at("/meta/header_tenant").asText()).isEqualTo(Sample.OTHER_TENANT);
    }

    @Test
    void shouldRecordWhatABatchHeld() throws IOException {
        // Given
        GATEWAY.process();
        String run = Sample.runId();

        // When
        Answer answer = GATEWAY.ingest(Sample.envelope(run, 1), "{\"event\":{}}");

        // Then
        JsonNode record = onlyRecordOf(answer);
        assertThat(record.get("action").asText()).isEqualTo("federation.events.ingest");
        assertThat(record.get("resource").asText()).isEqualTo(run);
        assertThat(record.at("/meta/events").asInt()).isEqualTo(2);
        assertThat(record.at("/meta/invalid").asInt()).isEqualTo(1);
    }

    @Test
    void shouldRecordStreamsOpenedAndRefused() throws IOException {
        // Given
        GATEWAY.process();
        String run = Sample.runId();
        GATEWAY.store(Sample.envelope(run, 1));

        // When
        Answer opened = events(run, "?follow=false");
        Answer refused = events(Sample.runId(), "?follow=false");

        // Then
        assertThat(onlyRecordOf(opened).get("outcome").asText()).isEqualTo("allowed");
        assertThat(onlyRecordOf(opened).get("action").asText()).isEqualTo("federation.events.stream");
        assertThat(onlyRecordOf(refused).get("outcome").asText()).isEqualTo("denied");
    }

    private static Answer events(String runId, String query) {
        return GATEWAY.http()
                .get("/v1/federation/runs/" + runId + "/events" + query)
                .tenant(Sample.TENANT)
                .send();
    }

    private static JsonNode onlyRecordOf(Answer answer) throws IOException {
        String requestId = answer.header("X-Request-Id");
        List<JsonNode> records = auditFile()
                .lines()
                .map(line -> Json.parse(line))
                .filter(record -> record.get("request_id").asText().equals(requestId))
                .toList();
        assertThat(records).as(answer.toString()).hasSize(1);
        return records.get(0);
    }

    private static String auditFile() throws IOException {
        return Files.readString(GATEWAY.process().directory().resolve("audit.log"));
    }
}
