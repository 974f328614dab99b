package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Http;
import org.agentos.federation.support.Json;
import org.awaitility.Awaitility;
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

    @Test
    void shouldRecordTheEndOfAStreamWithItsEvents() throws IOException {
        // Given
        GATEWAY.process();
        String run = Sample.runId();
        GATEWAY.store(Sample.envelope(run, 1), Sample.envelope(run, 2));

        // When
        Answer stream = GATEWAY.http()
                .get("/v1/federation/runs/" + run + "/events?follow=false")
                .tenant(Sample.TENANT)
                .header("Accept", "text/event-stream")
                .send();

        // Then
        String requestId = stream.header("X-Request-Id");
        Awaitility.await()
                .until(() ->
                        records("federation.events.stream.close", requestId).size() == 1);
        JsonNode close = records("federation.events.stream.close", requestId).get(0);
        assertThat(close.at("/meta/events").asInt()).isEqualTo(2);
        assertThat(close.at("/meta/reason").asText()).isEqualTo("complete");
        assertThat(close.get("resource").asText()).isEqualTo(run);
    }

    @Test
    void shouldShowATenantItsRecordsAPageAtATime() {
        // Given
        String run = Sample.runId();
        GATEWAY.store(Sample.envelope(run, 1));

        // When
        Set<String> ingested = new HashSet<>();
        String cursor = "";
        boolean more = true;
        while (more) {
            Answer page = audit(Sample.TENANT, "?action=federation.events.*&limit=3" + cursor);
            assertThat(page.status()).as(page.toString()).isEqualTo(200);
            page.json().get("records").forEach(record -> {
                assertThat(record.get("tenant_id").asText()).isEqualTo(Sample.TENANT);
                ingested.add(record.get("resource").asText());
            });
            assertThat(page.json().get("records").size()).isLessThanOrEqualTo(3);
            cursor = "&cursor=" + page.json().get("next_cursor").asText();
            more = page.json().get("has_more").asBoolean();
        }

        // Then
        assertThat(ingested).contains(run);
        Answer others = audit(Sample.OTHER_TENANT, "?limit=1000");
        assertThat(others.json().get("records").findValuesAsText("resource")).doesNotContain(run);
        assertThat(audit(Sample.OTHER_TENANT, cursor.replaceFirst("&", "?")).status())
                .isEqualTo(400);
        assertThat(audit(Sample.TENANT, "?limit=0&since=now&outcome=no").json().at("/error/details/problems"))
                .hasSize(3);
    }

    @Test
    void shouldShowOtherTenantsToOperatorsAndRecordThatItDid() throws IOException {
        // Given
        GATEWAY.process();
        String run = Sample.runId();
        GATEWAY.store(Sample.envelope(run, 1));

        // When
        Answer denied = auditAs("audit:read", "?tenant_id=" + Sample.TENANT);
        Answer shown = auditAs("platform:admin", "?limit=1000&tenant_id=" + Sample.TENANT);
        Answer own = auditAs("audit:read", "?limit=1");

        // Then
        assertThat(denied.status()).isEqualTo(403);
        assertThat(shown.json().get("records").findValuesAsText("resource")).contains(run);
        JsonNode record = onlyRecordOf(shown);
        assertThat(record.get("action").asText()).isEqualTo("federation.audit.read");
        assertThat(record.get("tenant_id").asText()).isEqualTo(Sample.OTHER_TENANT);
        assertThat(record.at("/meta/of_tenant").asText()).isEqualTo(Sample.TENANT);
        assertThat(records("federation.audit.read", own.header("X-Request-Id"))).isEmpty();
    }

    @Test
    void shouldNotShowEverybodysRecordsToATenantOfThatName() {
        // Given
        GATEWAY.process();

        // When
        Answer answer = GATEWAY.http()
                .get("/v1/federation/audit")
                .tenant("*")
                .header("X-Scopes", "audit:read")
                .send();

        // Then
        assertThat(answer.status()).as(answer.toString()).isEqualTo(403);
    }

    @Test
    void shouldCountRepeatsOfADenial() throws IOException {
        // Given
        GATEWAY.process();
        List<Answer> answers = new ArrayList<>();

        // When
        for (int i = 0; i < 50; i++) {
            answers.add(GATEWAY.http()
                    .get("/v1/federation/audit")
                    .tenant("tnt_repeats")
                    .header("X-Scopes", "none")
                    .send());
        }

        // Then
        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(403));
        assertThat(auditFile().lines().filter(line -> line.contains("\"tnt_repeats\"")))
                .hasSize(1)
                .allSatisfy(line -> assertThat(line).contains(answers.get(0).header("X-Request-Id")));
    }

    @Test
    void shouldVerifyItsTrailAndNameARecordThatWasChanged() throws IOException {
        // Given
        Path folder = Files.createTempDirectory("audit");
        Map<String, String> environment = Map.of(
                "AGENTOS_AUDIT_KEY_FILE",
                Files.writeString(folder.resolve("key"), "0123456789abcdef0123456789abcdef\n")
                        .toString(),
                "AGENTOS_FED_AUDIT_ROTATE_BYTES",
                "4096");
        try (GatewayProcess gateway = GatewayProcess.start(folder, environment)) {
            Http http = new Http(gateway.baseUrl());
            for (int i = 0; i < 30; i++) {
                http.post("/v1/federation/runs/run_" + i + ":cancel")
                        .tenant("tnt_" + i)
                        .send();
            }
            Path first = folder.resolve("audit.log.00000001");
            GatewayProcess.Ended running = gateway.command("audit", "verify");
            gateway.stop();
            GatewayProcess.Ended stopped = gateway.command("audit", "verify");

            // When
            Files.writeString(first, Files.readString(first).replaceFirst("run_2\"", "run_9\""));
            GatewayProcess.Ended changed = gateway.command("audit", "verify");
            Files.delete(first);
            GatewayProcess.Ended removed = gateway.command("audit", "verify");

            // Then
            assertThat(running.exitCode()).as(running.output()).isZero();
            assertThat(stopped.exitCode()).as(stopped.output()).isZero();
            assertThat(stopped.output()).contains(" files are intact, under a key");
            assertThat(changed.exitCode()).isEqualTo(1);
            assertThat(changed.output()).contains(first + " line 3 was changed: its hash does not fit");
            assertThat(removed.exitCode()).isEqualTo(1);
            assertThat(removed.output()).contains(first + " is missing");
            assertThat(gateway.output() + Files.readString(folder.resolve("audit.log")))
                    .doesNotContain("0123456789abcdef0123456789abcdef");
        }
    }

    @Test
    void shouldSayThatAStreamCannotBeRead() throws IOException {
        // Given
        Path folder = Files.createTempDirectory("audit");
        try (GatewayProcess gateway = GatewayProcess.start(folder, Map.of("AGENTOS_AUDIT_SINK", "stdout"))) {
            // When
            Answer answer = new Http(gateway.baseUrl())
                    .get("/v1/federation/audit")
                    .tenant(Sample.TENANT)
                    .send();

            // Then
            assertThat(answer.status()).isEqualTo(501);
            assertThat(answer.json().at("/error/code").asText()).isEqualTo("not_implemented");
        }
    }

    private static Answer audit(String tenant, String query) {
        return GATEWAY.http().get("/v1/federation/audit" + query).tenant(tenant).send();
    }

    private static Answer auditAs(String scope, String query) {
        return GATEWAY.http()
                .get("/v1/federation/audit" + query)
                .tenant(Sample.OTHER_TENANT)
                .header("X-Scopes", scope)
                .send();
    }

    private static List<JsonNode> records(String action, String requestId) throws IOException {
        return auditFile()
                .lines()
                .map(line -> Json.parse(line))
                .filter(record -> record.get("action").asText().equals(action)
                        && record.get("request_id").asText().equals(requestId))
                .toList();
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
                .filter(record -> record.get("request_id").asText().equals(requestId)
                        && !record.get("action").asText().endsWith(".close"))
                .toList();
        assertThat(records).as(answer.toString()).hasSize(1);
        return records.get(0);
    }

    private static String auditFile() throws IOException {
        return Files.readString(GATEWAY.process().directory().resolve("audit.log"));
    }
}
