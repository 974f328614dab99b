package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.Reply;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.ScriptedPeer.On;
import org.agentos.federation.support.SseClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A peer that hangs or fails takes nothing from the others: by the default limits, but for a longer patience. */
class BadPeerIT {
    private static final int CLIENTS = 220;
    private static final int PLACES = 64;

    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest()
            .peer("stk_good")
            .peer("stk_hangs")
            .peer("stk_fails")
            .peer("stk_small", Map.of("limits", Map.of("concurrent_forwards", 1)))
            .environment("AGENTOS_FED_FORWARD_ATTEMPT_TIMEOUT_MS", "20000")
            .environment("AGENTOS_FED_BREAKER_OPEN_FOR", "60s")
            .environment("AGENTOS_FED_FORWARD_BASE_BACKOFF_MS", "1");

    @Test
    void shouldServeEverybodyElseWhileAPeerHangs() {
        // Given
        ScriptedPeer hanging = GATEWAY.peerOf("stk_hangs");
        hanging.script(
                On.RUN_CREATE, Stream.generate(Reply::hang).limit(CLIENTS).toArray(Reply[]::new));
        List<CompletableFuture<Answer>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(GATEWAY.http()
                    .post("/v1/federation/runs:forward")
                    .json(Sample.forward("stk_hangs", Sample.key()))
                    .sendAsync());
        }
        await().atMost(Duration.ofSeconds(10))
                .until(() -> clients.stream().filter(CompletableFuture::isDone).count() == CLIENTS - PLACES);

        // When
        String run = Sample.runId();
        for (int i = 1; i <= 10; i++) {
            assertThat(GATEWAY.http().get("/v1/federation/health").send().status())
                    .isEqualTo(200);
            GATEWAY.started("stk_good");
            GATEWAY.store(Sample.envelope(run, i));
        }
        try (SseClient stream = GATEWAY.stream(run, "")) {
            stream.await("agentos.event", 10);
        }

        // Then
        assertThat(clients.stream().filter(client -> !client.isDone()))
                .as("the calls to the bad peer are still open")
                .hasSize(PLACES);
        assertThat(clients.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join))
                .allSatisfy(BadPeerIT::assertRefusedByTheBulkhead);
        clients.forEach(client -> client.cancel(true));
    }

    @Test
    void shouldKeepToThePeersOwnLimit() {
        // Given
        ScriptedPeer small = GATEWAY.peerOf("stk_small");
        small.script(On.RUN_CREATE, Reply.hang());
        CompletableFuture<Answer> first = GATEWAY.http()
                .post("/v1/federation/runs:forward")
                .json(Sample.forward("stk_small", Sample.key()))
                .sendAsync();
        await().until(() -> !small.requests(On.RUN_CREATE).isEmpty());

        // When
        Answer second = GATEWAY.forward(Sample.forward("stk_small", Sample.key()));

        // Then
        assertRefusedByTheBulkhead(second);
        first.cancel(true);
    }

    @Test
    void shouldCallAFailingPeerLittleAndThenNotAtAll() {
        // Given
        ScriptedPeer failing = GATEWAY.peerOf("stk_fails");
        failing.script(
                On.RUN_CREATE,
                Stream.generate(() -> Reply.error(500, "oops")).limit(1_000).toArray(Reply[]::new));

        // When
        List<Answer> answers = Stream.generate(() -> GATEWAY.forward(Sample.forward("stk_fails", Sample.key())))
                .limit(50)
                .toList();

        // Then
        Answer last = answers.get(answers.size() - 1);
        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(503));
        assertThat(failing.requests(On.RUN_CREATE)).hasSize(20);
        assertThat(last.errorCode()).isEqualTo("dependency_unavailable");
        assertThat(last.details().get("reason").asText()).isEqualTo("breaker_open");
        assertThat(last.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1L, 60L);
        assertThat(GATEWAY.http()
                        .get("/v1/federation/peers/stk_fails")
                        .tenant(Sample.TENANT)
                        .send()
                        .json()
                        .at("/peer/breaker")
                        .asText())
                .isEqualTo("open");
        assertThat(GATEWAY.http()
                        .get("/v1/federation/health")
                        .send()
                        .json()
                        .at("/breakers/open")
                        .asInt())
                .isPositive();
        assertThat(GATEWAY.http().get("/metrics").send().text())
                .contains("agentos_federation_peer_breaker_state{peer=\"stk_fails\",state=\"open\"} 1.0\n")
                .contains("agentos_federation_peer_calls_total{outcome=\"failed\",peer=\"stk_fails\"} 20.0\n")
                .contains("agentos_federation_peer_refused_forwards_total{peer=\"stk_fails\",reason=\"breaker_open\"}");
    }

    private static void assertRefusedByTheBulkhead(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
        assertThat(answer.errorCode()).isEqualTo("dependency_unavailable");
        assertThat(answer.details().get("reason").asText()).isEqualTo("bulkhead_full");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }
}
