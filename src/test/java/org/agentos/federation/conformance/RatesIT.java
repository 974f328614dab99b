package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.ScriptedPeer.On;
import org.agentos.federation.support.SseClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Floods over each limit. Rates are so slow that no token comes back while a test runs. */
class RatesIT {
    private static final Map<String, Object> ON_DEMAND = Map.of("mode", "on-demand");
    private static final double SLOW = 0.001;

    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest()
            .peer("stk_free", Map.of("mirror", ON_DEMAND))
            .peer(
                    "stk_rate",
                    Map.of(
                            "mirror",
                            ON_DEMAND,
                            "limits",
                            Map.of(
                                    "forwards_per_second",
                                    SLOW,
                                    "forward_burst",
                                    3,
                                    "events_per_second",
                                    SLOW,
                                    "event_burst",
                                    10)))
            .peer(
                    "stk_bytes",
                    Map.of("mirror", ON_DEMAND, "limits", Map.of("bytes_per_second", 0.5, "byte_burst", 2000)))
            .peer(
                    "stk_quota",
                    Map.of(
                            "mirror",
                            ON_DEMAND,
                            "limits",
                            Map.of("concurrent_ingests", 1),
                            "quotas",
                            Map.of("forwards_per_day", 3, "events_per_day", 5)))
            .environment("AGENTOS_FED_LIMITS_PER_TENANT_FORWARDS_PER_SECOND", Double.toString(SLOW))
            .environment("AGENTOS_FED_LIMITS_PER_TENANT_FORWARD_BURST", "6")
            .environment("AGENTOS_FED_LIMITS_PER_TENANT_FORWARDS_PER_DAY", "100")
            .environment("AGENTOS_FED_LIMITS_PER_TENANT_STREAMS_PER_SECOND", Double.toString(SLOW))
            .environment("AGENTOS_FED_LIMITS_PER_TENANT_STREAM_BURST", "2")
            .environment("AGENTOS_FED_LIMITS_PER_TENANT_PAGES_PER_SECOND", Double.toString(SLOW))
            .environment("AGENTOS_FED_LIMITS_PER_TENANT_PAGE_BURST", "2");

    @Test
    void shouldRefuseForwardsOverTheRateOfTheirTenant() {
        // Given
        String tenant = Sample.unique("tnt");
        String firstKey = Sample.key();
        int calledBefore = calls("stk_free");
        double countedBefore = denied("forwards");

        // When
        List<Answer> passed = new ArrayList<>(List.of(forward("stk_free", tenant, firstKey)));
        IntStream.range(0, 5).forEach(any -> passed.add(forward("stk_free", tenant, Sample.key())));
        Answer over = forward("stk_free", tenant, Sample.key());
        Answer replayed = forward("stk_free", tenant, firstKey);
        Answer other = forward("stk_free", Sample.unique("tnt"), Sample.key());

        // Then
        assertThat(passed).allSatisfy(RatesIT::assertPassed);
        assertThat(passed.get(0).header("RateLimit-Policy"))
                .isEqualTo("\"forwards-tenant\";q=6;w=6000, \"forwards-tenant-day\";q=100;w=86400");
        assertThat(passed.get(0).header("RateLimit")).startsWith("\"forwards-tenant\";r=5;t=1000, ");
        assertRefused(over, "rate_limited", "forwards", "forwards-tenant");
        assertThat(over.header("RateLimit"))
                .startsWith("\"forwards-tenant\";r=0;t=6000, \"forwards-tenant-day\";r=94;");
        assertPassed(replayed);
        assertThat(replayed.header("Idempotent-Replayed")).isEqualTo("true");
        assertPassed(other);
        assertThat(calls("stk_free") - calledBefore).isEqualTo(7);
        assertThat(denied("forwards") - countedBefore).isEqualTo(1);
    }

    @Test
    void shouldRefuseForwardsOverTheRateOfTheirPeer() {
        // When
        List<Answer> answers = IntStream.range(0, 5)
                .mapToObj(any -> forward("stk_rate", Sample.unique("tnt"), Sample.key()))
                .toList();

        // Then
        assertThat(answers.subList(0, 3)).allSatisfy(RatesIT::assertPassed);
        assertThat(answers.subList(3, 5))
                .allSatisfy(over -> assertRefused(over, "rate_limited", "forwards", "forwards-peer"));
        assertThat(calls("stk_rate")).isEqualTo(3);
    }

    @Test
    void shouldKeepTheUseOfQuotasOverAKill() {
        // Given
        String tenant = Sample.unique("tnt");
        IntStream.range(0, 2).forEach(any -> assertPassed(forward("stk_quota", tenant, Sample.key())));
        GatewayProcess process = GATEWAY.process();

        // When
        process.kill();
        process.start();
        Answer third = forward("stk_quota", tenant, Sample.key());
        Answer over = forward("stk_quota", tenant, Sample.key());
        assertThat(process.stop()).isZero();
        process.start();
        Answer later = forward("stk_quota", Sample.unique("tnt"), Sample.key());

        // Then
        assertPassed(third);
        assertRefused(over, "quota_exceeded", "forwards_per_day", "forwards-peer-day");
        assertRefused(later, "quota_exceeded", "forwards_per_day", "forwards-peer-day");
        assertThat(Integer.parseInt(over.header("Retry-After"))).isBetween(1, 86_400);
        assertThat(calls("stk_quota")).isEqualTo(3);
        assertThat(quota(tenant, "/peer/quota/peer/forwards_per_day").toString())
                .isEqualTo("{\"limit\":3,\"used\":3,\"remaining\":0}");
        assertThat(quota(tenant, "/peer/quota/tenant/forwards_per_day/used").asInt())
                .isEqualTo(3);
        assertThat(quota(Sample.OTHER_TENANT, "/peer/quota/peer/forwards_per_day/used")
                        .asInt())
                .isZero();
    }

    @Test
    void shouldRefuseEventsOverTheRateBeforeTheFirst() {
        // Given
        String run = Sample.runId();
        String other = Sample.runId();
        String huge = Sample.runId();

        // When
        Answer passed = push("stk_rate", Sample.envelopes(run, 6));
        Answer over = push("stk_rate", Sample.envelopes(other, 6));
        Answer never = push("stk_rate", Sample.envelopes(huge, 11));
        Answer rest = push("stk_rate", Sample.envelopes(Sample.runId(), 4));

        // Then
        assertPassed(passed);
        assertThat(passed.header("RateLimit")).isEqualTo("\"events-peer\";r=4;t=6000");
        assertRefused(over, "rate_limited", "events", "events-peer");
        assertNothingKnown(other);
        assertThat(never.status()).as(never.toString()).isEqualTo(413);
        assertThat(never.details().get("limit_events").asInt()).isEqualTo(10);
        assertThat(never.header("RateLimit")).isNotNull();
        assertNothingKnown(huge);
        assertPassed(rest);
    }

    @Test
    void shouldKeepNoPlaceForAPushThatCouldNeverPass() {
        // Given
        Answer never = push("stk_quota", Sample.envelopes(Sample.runId(), 6));

        // When
        Answer again = push("stk_quota", Sample.envelopes(Sample.runId(), 6));

        // Then
        assertThat(never.status()).as(never.toString()).isEqualTo(413);
        assertThat(again.status()).as(again.toString()).isEqualTo(413);
        assertThat(again.header("RateLimit")).contains("\"concurrent-ingests-peer\";r=1");
    }

    @Test
    void shouldRefuseBytesOverTheRate() {
        // Given
        String small = Sample.envelope(Sample.runId(), 1);
        String run = Sample.runId();
        String large = Sample.event(run, Sample.unique("evt"), "\"payload\":\"" + "x".repeat(1900) + "\"");

        // When
        Answer passed = push("stk_bytes", small);
        Answer over = push("stk_bytes", large);

        // Then
        assertPassed(passed);
        assertRefused(over, "rate_limited", "bytes", "bytes-peer");
        assertNothingKnown(run);
    }

    @Test
    void shouldChargeQuotasForWhatIsNewlyStored() {
        // Given
        String run = Sample.runId();
        String[] four = Sample.envelopes(run, 4);
        String next = Sample.runId();

        // When
        Answer first = push("stk_quota", four);
        Answer again = push("stk_quota", four);
        Answer over = push("stk_quota", Sample.envelopes(next, 2));
        Answer last = push("stk_quota", Sample.envelope(run, 5));
        Answer duplicates = push("stk_quota", four);

        // Then
        assertPassed(first);
        assertThat(again.json().get("duplicates").asInt()).isEqualTo(4);
        assertRefused(over, "quota_exceeded", "events_per_day", "events-peer-day");
        assertNothingKnown(next);
        assertPassed(last);
        assertThat(duplicates.json().get("duplicates").asInt()).isEqualTo(4);
    }

    @Test
    void shouldRefuseStreamsOverTheRateAndTakeOneThatComesBack() {
        // Given
        String run = Sample.runId();
        GATEWAY.store(Sample.envelopes(run, 2));
        List<SseClient> open = new ArrayList<>(List.of(GATEWAY.stream(run, ""), GATEWAY.stream(run, "")));
        String cursor = open.get(0).await("agentos.event", 2).get(1).id();

        // When
        SseClient over = GATEWAY.stream(run, "");
        open.add(GATEWAY.stream(run, "", "Last-Event-ID", cursor));
        open.add(GATEWAY.stream(run, "?from_sequence=1"));
        SseClient fromTheStart = GATEWAY.stream(run, "?from_sequence=0");

        // Then
        assertThat(open).allSatisfy(stream -> {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("RateLimit")).startsWith("\"streams-tenant\";r=");
        });
        assertRefused(over.answer(), "rate_limited", "streams", "streams-tenant");
        assertThat(fromTheStart.status()).isEqualTo(429);
        open.forEach(SseClient::close);
    }

    @Test
    void shouldRefusePagesOverTheRate() {
        // Given
        String tenant = Sample.unique("tnt");

        // When
        List<Answer> answers =
                IntStream.range(0, 3).mapToObj(any -> page(tenant)).toList();

        // Then
        assertThat(answers.subList(0, 2))
                .allSatisfy(page -> assertThat(page.status()).isEqualTo(404));
        assertRefused(answers.get(2), "rate_limited", "pages", "pages-tenant");
    }

    @Test
    void shouldTellTheLimitsOnRefusalsOfEveryKind() {
        // When
        List<Answer> answers = List.of(
                GATEWAY.forward("{"),
                GATEWAY.forward("x".repeat(9_000_000)),
                GATEWAY.http()
                        .post("/v1/federation/runs:forward")
                        .header("X-Scopes", "runs:read")
                        .json(Sample.forward("stk_free", Sample.key()))
                        .send(),
                GATEWAY.forward(Sample.forward("stk_nobody", Sample.key())),
                page(Sample.unique("tnt")),
                GATEWAY.http().get("/v1/federation/runs:forward").send(),
                GATEWAY.http()
                        .post("/v1/federation/runs:forward")
                        .body(new byte[] {1}, "text/plain")
                        .send());

        // Then
        assertThat(answers).extracting(Answer::status).containsExactly(400, 413, 403, 404, 404, 405, 415);
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.header("RateLimit-Policy")).as(answer.toString()).matches("\"[a-z]+-tenant\";q=.*");
            assertThat(answer.header("RateLimit")).as(answer.toString()).matches("\"[a-z]+-tenant\";r=.*");
        });
    }

    @Test
    void shouldAdvertiseWhatIsEnforced() {
        // When
        Answer answer = GATEWAY.http()
                .get("/v1/federation/peer/capabilities")
                .tenant(Sample.TENANT)
                .header("X-Peer-Id", "stk_rate")
                .send();

        // Then
        assertThat(answer.json().at("/capabilities/limits/forward_burst").asInt())
                .isEqualTo(6);
        assertThat(answer.json().at("/capabilities/limits/forwards_per_day").asInt())
                .isEqualTo(100);
        assertThat(answer.json().at("/capabilities/limits/event_burst").asInt()).isEqualTo(10);
        assertThat(answer.json().at("/capabilities/limits/max_batch_events").asInt())
                .isEqualTo(10);
    }

    private static Answer forward(String stackId, String tenantId, String key) {
        return GATEWAY.forward(Sample.forward(stackId, key).replace(Sample.TENANT, tenantId));
    }

    private static Answer push(String stackId, String... envelopes) {
        return GATEWAY.http()
                .post("/v1/federation/events:ingest")
                .tenant(Sample.TENANT)
                .json(Sample.batch(stackId, envelopes))
                .send();
    }

    private static Answer page(String tenantId) {
        return GATEWAY.http()
                .get("/v1/federation/runs/run_nobody_knows/events")
                .tenant(tenantId)
                .header("Accept", "application/json")
                .send();
    }

    private static int calls(String stackId) {
        return GATEWAY.peerOf(stackId).requests(On.RUN_CREATE).size();
    }

    private static double denied(String kind) {
        String name = "agentos_quota_denied_total{kind=\"" + kind + "\",service=\"federation\"} ";
        return GATEWAY.http()
                .get("/metrics")
                .send()
                .text()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .sum();
    }

    private static com.fasterxml.jackson.databind.JsonNode quota(String tenantId, String pointer) {
        return GATEWAY.http()
                .get("/v1/federation/peers/stk_quota")
                .tenant(tenantId)
                .send()
                .json()
                .at(pointer);
    }

    private static void assertPassed(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.header("RateLimit")).as(answer.toString()).isNotNull();
        assertThat(answer.header("RateLimit-Policy")).as(answer.toString()).isNotNull();
    }

    private static void assertRefused(Answer answer, String code, String kind, String reason) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(429);
        assertThat(answer.errorCode()).isEqualTo(code);
        assertThat(answer.json().at("/error/retryable").asBoolean()).isTrue();
        assertThat(answer.details().get("kind").asText()).isEqualTo(kind);
        assertThat(answer.details().get("reason").asText()).isEqualTo(reason);
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
        assertThat(answer.header("RateLimit")).contains('"' + reason + "\";r=");
        assertThat(answer.header("RateLimit-Policy")).contains('"' + reason + "\";q=");
    }

    private static void assertNothingKnown(String run) {
        Answer answer = GATEWAY.http()
                .get("/v1/federation/runs/" + run)
                .tenant(Sample.TENANT)
                .send();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(404);
    }
}
