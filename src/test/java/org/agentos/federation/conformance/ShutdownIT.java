package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.Reply;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.ScriptedPeer.On;
import org.agentos.federation.support.SseClient;
import org.agentos.federation.support.SseFrame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ShutdownIT {
    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest().peer("stk_b");

    @AfterEach
    void startAgain() {
        if (!GATEWAY.process().isAlive()) {
            GATEWAY.process().start();
        }
    }

    @Test
    void shouldSayOnOneLineThatItIsReadyAndWhere() {
        assertThat(GATEWAY.process().output().lines())
                .filteredOn(line -> line.contains("ready"))
                .anyMatch(
                        line -> line.contains(":" + GATEWAY.process().baseUrl().getPort()));
    }

    @Test
    void shouldEndStreamsCleanlyAndExitWithZero() {
        // Given
        GATEWAY.process();
        String run = Sample.runId();
        String first = Sample.envelope(run, 1);
        GATEWAY.store(first);
        try (SseClient stream = GATEWAY.stream(run, "")) {
            SseFrame event = stream.await("agentos.event", 1).get(0);

            // When
            int exitCode = GATEWAY.process().stop();

            // Then
            assertThat(exitCode).isZero();
            assertThat(stream.awaitEnd()).isEqualTo(SseClient.State.ENDED);
            SseFrame end = stream.frames("agentos.end").get(0);
            assertThat(end.json().get("reason").asText()).isEqualTo("draining");
            assertThat(end.json().get("cursor").asText()).isEqualTo(event.id());
            goOn(run, event.id());
        }
    }

    private static void goOn(String run, String cursor) {
        GATEWAY.process().start();
        String next = Sample.envelope(run, 2);
        GATEWAY.store(next);
        try (SseClient stream = GATEWAY.stream(run, "", "Last-Event-ID", cursor)) {
            assertThat(stream.await("agentos.event", 1))
                    .extracting(SseFrame::data)
                    .containsExactly(next);
        }
    }

    @Test
    void shouldAnswerAForwardWhosePeerHangs() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        String key = Sample.key();
        peer.script(On.RUN_CREATE, Reply.hang(), Reply.hang(), Reply.hang());
        CompletableFuture<Answer> underWay = GATEWAY.http()
                .post("/v1/federation/runs:forward")
                .json(Sample.forward("stk_b", key))
                .sendAsync();
        await().until(() -> !peer.creates(key).isEmpty());

        // When
        GATEWAY.process().terminate();
        int exitCode = GATEWAY.process().awaitExit();

        // Then
        assertThat(underWay.join().status()).isEqualTo(503);
        assertThat(underWay.join().errorCode()).isEqualTo("unavailable");
        assertThat(exitCode).isZero();
        GATEWAY.process().start();
    }

    @Test
    void shouldFinishARequestThatIsUnderWay() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        CountDownLatch gate = new CountDownLatch(1);
        String key = Sample.key();
        peer.script(On.RUN_CREATE, Reply.when(gate, peer.started()));
        CompletableFuture<Answer> underWay = GATEWAY.http()
                .post("/v1/federation/runs:forward")
                .json(Sample.forward("stk_b", key))
                .sendAsync();
        await().until(() -> !peer.creates(key).isEmpty());

        // When
        GATEWAY.process().terminate();
        gate.countDown();
        int exitCode = GATEWAY.process().awaitExit();

        // Then
        assertThat(underWay.join().status()).isEqualTo(200);
        assertThat(exitCode).isZero();
    }
}
