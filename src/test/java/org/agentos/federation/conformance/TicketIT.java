package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.FreePort;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Http;
import org.agentos.federation.support.RegistryFile;
import org.agentos.federation.support.SseClient;
import org.agentos.federation.support.TokenIssuer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tickets where tokens are in use, with a page of one origin let in. */
class TicketIT {
    private static final TokenIssuer ISSUER = new TokenIssuer();
    private static final String PAGE = "https://app.example";
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    static Path directory;

    private static GatewayProcess gateway;
    private static Http http;

    private final String run = Sample.runId();

    @BeforeAll
    static void start() {
        Path registry = new RegistryFile()
                .peer(
                        "stk_b",
                        URI.create("http://127.0.0.1:" + FreePort.find()),
                        Map.of("identity", List.of("jwt:" + TokenIssuer.ISSUER + "#stk_b")))
                .writeTo(directory.resolve("peers.json"));
        gateway = GatewayProcess.start(
                directory,
                Map.of(
                        "AGENTOS_PEERS_FILE",
                        registry.toString(),
                        "AGENTOS_FED_JWT_PUBLIC_KEY",
                        ISSUER.writeTo(directory.resolve("jwks.json")).toString(),
                        "AGENTOS_FED_TICKET_ENABLED",
                        "true",
                        "AGENTOS_FED_CORS_ORIGINS",
                        PAGE));
        http = new Http(gateway.baseUrl());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void shouldOpenTheRunsEventsAgainAndAgain() {
        // Given
        store(run);
        Answer issued = ticket(run, PAGE);
        assertThat(issued.header("Cache-Control")).isEqualTo("no-store");
        assertThat(Instant.parse(issued.json().get("expires_at").asText()))
                .isBetween(Instant.now(), Instant.now().plus(Duration.ofMinutes(5)));

        for (int use = 0; use < 2; use++) {
            // When
            try (SseClient stream = open(run, text(issued), "Origin", PAGE)) {
                // Then
                assertThat(stream.await("agentos.event", 1)).hasSize(1);
                assertThat(stream.header("Access-Control-Allow-Origin")).isEqualTo(PAGE);
            }
        }
    }

    @Test
    void shouldOpenTheFormsAndOutliveARestart() {
        // Given
        store(run);
        String ticket = text(ticket(run, PAGE));

        // When
        gateway.kill();
        gateway.start();

        // Then
        Answer page = http.get(events(run, ticket))
                .header("Origin", PAGE)
                .header("Accept", "application/json")
                .send();
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.json().get("events")).hasSize(1);
    }

    @Test
    void shouldNotOutliveTheToken() {
        // Given
        store(run);
        Instant end = Instant.now().plusSeconds(60);

        // When
        Answer issued = http.post(path(run))
                .header("Authorization", bearer("events:read", Duration.ofSeconds(60)))
                .send();

        // Then
        assertThat(Instant.parse(issued.json().get("expires_at").asText())).isBefore(end.plusSeconds(1));
    }

    @Test
    void shouldOpenNoOtherRunAndNothingElse() {
        // Given
        store(run);
        String other = Sample.runId();
        store(other);
        String ticket = text(ticket(run, PAGE));

        // When
        Answer otherRun = get(events(other, ticket), PAGE);
        Answer noRun = get(events(Sample.runId(), ticket), PAGE);
        Answer showRun = get("/v1/federation/runs/" + run + "?ticket=" + ticket, PAGE);
        Answer another = http.post(path(run) + "?ticket=" + ticket)
                .header("Origin", PAGE)
                .send();

        // Then
        assertThat(otherRun.status()).isEqualTo(403);
        assertThat(otherRun.details().get("reason").asText()).isEqualTo("ticket_run");
        assertThat(noRun.text().replace(noRun.header("X-Request-Id"), ""))
                .isEqualTo(otherRun.text().replace(otherRun.header("X-Request-Id"), ""));
        assertThat(showRun.status()).isEqualTo(401);
        assertThat(another.status()).isEqualTo(401);
    }

    @Test
    void shouldBeRefusedForADeletedRunAsItsEventsAre() {
        // Given
        store(run);
        String before = text(ticket(run, PAGE));
        Answer deleted = http.call("DELETE", "/v1/federation/runs/" + run)
                .header("Authorization", bearer("platform:admin", HOUR))
                .send();
        assertThat(deleted.status()).isEqualTo(204);

        // When
        Answer issued = ticket(run, PAGE);
        Answer used = get(events(run, before), PAGE);

        // Then
        assertThat(List.of(issued, used)).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(410);
            assertThat(answer.details().get("reason").asText()).isEqualTo("deleted");
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(PAGE);
        });
    }

    @Test
    void shouldOpenNothingToAPageOfAnotherOrigin() {
        // Given
        store(run);
        String ticket = text(ticket(run, PAGE));

        // When
        Answer foreign = get(events(run, ticket), "https://evil.example");
        Answer none = http.get(events(run, ticket)).send();

        // Then
        assertThat(foreign.status()).isEqualTo(403);
        assertThat(foreign.details().get("reason").asText()).isEqualTo("ticket_origin");
        assertThat(foreign.header("Access-Control-Allow-Origin")).isEmpty();
        assertThat(none.status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "forged", "eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0..a.b.c"})
    void shouldRefuseWhatIsNoTicket(String text) {
        store(run);
        Answer refused = get(events(run, text), PAGE);
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.errorCode()).isEqualTo("unauthorized");
    }

    @Test
    void shouldTellARefusalInTheStream() {
        store(run);
        try (SseClient stream = open(run, "forged&errors=stream", "Origin", PAGE)) {
            assertThat(stream.await("agentos.error", 1)
                            .get(0)
                            .json()
                            .at("/error/code")
                            .asText())
                    .isEqualTo("unauthorized");
        }
    }

    @Test
    void shouldTakeOneProofOnly() {
        store(run);
        Answer both = http.get(events(run, text(ticket(run, PAGE))))
                .header("Origin", PAGE)
                .header("Authorization", bearer("events:read", HOUR))
                .send();
        assertThat(both.status()).isEqualTo(400);
        assertThat(both.errorCode()).isEqualTo("invalid_request");
    }

    @Test
    void shouldGiveNoneWithoutScopeRunOrToken() {
        // Given
        store(run);

        // When
        Answer noScope = http.post(path(run))
                .header("Authorization", bearer("runs:read", HOUR))
                .send();
        Answer noRun = http.post(path(Sample.runId()))
                .header("Authorization", bearer("events:read", HOUR))
                .send();
        Answer otherTenant = http.post(path(run))
                .header("Authorization", ISSUER.bearer(Sample.OTHER_TENANT, "prn_1", "events:read", HOUR))
                .send();
        Answer noToken = http.post(path(run)).send();
        Answer foreignPage = ticket(run, "https://evil.example");

        // Then
        assertThat(noScope.status()).isEqualTo(403);
        assertThat(noRun.status()).isEqualTo(404);
        assertThat(otherTenant.status()).isEqualTo(404);
        assertThat(noToken.status()).isEqualTo(401);
        assertThat(foreignPage.status()).isEqualTo(403);
    }

    @Test
    void shouldRecordItsUseAndNeverItsText() throws IOException {
        // Given
        store(run);
        Answer issued = ticket(run, PAGE);
        String ticket = text(issued);

        // When
        Answer used = get(events(run, ticket + "&follow=false"), PAGE);
        Answer refused = get(events(run, ticket + "&follow=false"), "https://evil.example");
        get(events(run, "x" + ticket), PAGE);
        get("/v1/federation/nowhere?ticket=" + ticket, PAGE);
        String metrics = http.get("/metrics").send().text();

        // Then
        JsonNode issue = record(issued);
        assertThat(issue.get("action").asText()).isEqualTo("federation.tickets.issue");
        assertThat(issue.get("resource").asText()).isEqualTo(run);
        assertThat(issue.at("/meta/ticket_origin").asText()).isEqualTo(PAGE);
        assertThat(record(used).get("outcome").asText()).isEqualTo("allowed");
        assertThat(record(used).get("principal_id").asText()).isEqualTo("prn_1");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(audit().lines()) // another test may have been refused so before: the first one is written
                .anySatisfy(
                        line -> assertThat(line).contains("\"outcome\":\"denied\"", "\"reason\":\"ticket_origin\""));
        String sealed = ticket.substring(ticket.indexOf('.'));
        assertThat(audit() + gateway.output() + metrics).doesNotContain(sealed);
    }

    private static Answer get(String path, String origin) {
        return http.get(path).header("Origin", origin).send();
    }

    private static Answer ticket(String runId, String origin) {
        return http.post(path(runId))
                .header("Authorization", bearer("events:read", HOUR))
                .header("Origin", origin)
                .send();
    }

    private static SseClient open(String runId, String ticket, String... headers) {
        return SseClient.open(gateway.baseUrl(), events(runId, ticket), headers);
    }

    private static void store(String runId) {
        Answer stored = http.post("/v1/federation/events:ingest")
                .header("Authorization", ISSUER.bearer(Sample.TENANT, "stk_b", "events:ingest", HOUR))
                .json("{\"peer_id\":\"stk_b\",\"events\":[" + Sample.envelope(runId, 1) + "]}")
                .send();
        assertThat(stored.json().get("accepted").asInt()).as(stored.toString()).isEqualTo(1);
    }

    private static String bearer(String scopes, Duration lifetime) {
        return ISSUER.bearer(Sample.TENANT, "prn_1", scopes, lifetime);
    }

    private static String path(String runId) {
        return "/v1/federation/runs/" + runId + ":ticket";
    }

    private static String events(String runId, String ticket) {
        return "/v1/federation/runs/" + runId + "/events?ticket=" + ticket;
    }

    private static String text(Answer issued) {
        assertThat(issued.status()).as(issued.toString()).isEqualTo(200);
        return issued.json().get("ticket").asText();
    }

    private static JsonNode record(Answer answer) throws IOException {
        return audit().lines()
                .map(org.agentos.federation.support.Json::parse)
                .filter(line -> line.get("request_id").asText().equals(answer.header("X-Request-Id")))
                .findFirst()
                .orElseThrow();
    }

    private static String audit() throws IOException {
        return Files.readString(directory.resolve("audit.log"));
    }
}
