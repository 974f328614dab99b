package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.Reply;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.ScriptedPeer.On;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ForwardIdempotencyIT {
    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest().peer("stk_b");

    private final String key = Sample.key();
    private final String request = Sample.forward("stk_b", key);

    @Test
    void shouldAnswerTheSameRequestWithTheSameRun() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        Answer first = GATEWAY.forward(request);

        // When
        Answer again = GATEWAY.forward(request.replace("{\"text\":\"hi\"}", " { \"text\" :\t\"hi\" } "));

        // Then
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().get("forwarded")).isEqualTo(first.json().get("forwarded"));
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(peer.creates(key)).hasSize(1);
    }

    @Test
    void shouldTakeTheKeyFromTheHeader() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        String keyless = Sample.forward("stk_b", "\"agent_id\":\"agt_1\"", "prn_1");

        // When
        Answer quoted = forward(keyless, "\"" + key + "\"");
        Answer plain = forward(keyless, key);

        // Then
        assertThat(quoted.json().get("idempotency_key").asText()).isEqualTo(key);
        assertThat(plain.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(peer.creates(key)).hasSize(1);
    }

    @Test
    void shouldRefuseAnotherRequestUnderTheKey() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        GATEWAY.forward(request);

        // When
        Answer other = GATEWAY.forward(request.replace("hi", "something else"));

        // Then
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.errorCode()).isEqualTo("conflict");
        assertThat(other.details().get("reason").asText()).isNotEmpty();
        assertThat(peer.creates(key)).hasSize(1);
    }

    @Test
    void shouldJoinARequestThatIsUnderWay() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        CountDownLatch gate = new CountDownLatch(1);
        peer.script(On.RUN_CREATE, Reply.when(gate, peer.started()));

        // When
        CompletableFuture<Answer> first = async();
        await().until(() -> peer.creates(key).size() == 1);
        CompletableFuture<Answer> second = async();
        await().during(java.time.Duration.ofMillis(300))
                .until(() -> peer.creates(key).size() == 1);
        gate.countDown();

        // Then
        assertThat(first.join().status()).isEqualTo(200);
        assertThat(second.join().json().get("forwarded"))
                .isEqualTo(first.join().json().get("forwarded"));
        assertThat(peer.creates(key)).hasSize(1);
    }

    @Test
    void shouldGoOnWhenTheCallerLeaves() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        CountDownLatch gate = new CountDownLatch(1);
        peer.script(On.RUN_CREATE, Reply.when(gate, peer.started()));
        CompletableFuture<Answer> leaving = async();
        await().until(() -> peer.creates(key).size() == 1);

        // When
        leaving.cancel(true);
        gate.countDown();

        // Then
        Answer later = GATEWAY.forward(request);
        assertThat(later.status()).as(later.toString()).isEqualTo(200);
        assertThat(peer.creates(key)).hasSize(1);
    }

    @Test
    void shouldFreeTheKeyAfterADefiniteNo() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        peer.script(On.RUN_CREATE, Reply.error(422, "agent_unknown"));
        Answer no = GATEWAY.forward(request);

        // When
        Answer other = GATEWAY.forward(request.replace("hi", "corrected"));

        // Then
        assertThat(no.status()).isEqualTo(502);
        assertThat(other.status()).as(other.toString()).isEqualTo(200);
    }

    @Test
    void shouldRefuseARunThatIsAnotherPrincipals() {
        // Given
        GATEWAY.peerOf("stk_b");
        GATEWAY.forward(request);

        // When
        Answer other = GATEWAY.forward(request.replace("prn_1", "prn_2"));

        // Then
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.details().get("reason").asText()).isEqualTo("key_scope");
    }

    @Test
    void shouldRememberOverARestart() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        Answer first = GATEWAY.forward(request);

        // When
        int exitCode = GATEWAY.process().stop();
        GATEWAY.process().start();
        Answer again = GATEWAY.forward(request);

        // Then
        assertThat(exitCode).isZero();
        assertThat(again.json().get("forwarded")).isEqualTo(first.json().get("forwarded"));
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(peer.creates(key)).hasSize(1);
    }

    @Test
    void shouldSettleAForwardThatACrashCutOff() {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        peer.script(On.RUN_CREATE, peer.startedThen(Reply.hang()));
        int before = peer.runsStarted();
        CompletableFuture<Answer> lost = async();
        await().until(() -> peer.callsUnder(key) == 1);

        // When
        GATEWAY.process().kill();
        GATEWAY.process().start();
        Answer settled = GATEWAY.forward(request);

        // Then
        assertThat(lost).failsWithin(java.time.Duration.ofSeconds(10));
        assertThat(settled.status()).as(settled.toString()).isEqualTo(200);
        assertThat(peer.runsStarted() - before).isEqualTo(1);
    }

    @Test
    void shouldSettleAtStartWhatACrashCutOff() throws IOException {
        // Given
        ScriptedPeer peer = GATEWAY.peerOf("stk_b");
        peer.script(On.RUN_CREATE, peer.startedThen(Reply.hang()));
        CompletableFuture<Answer> lost = async();
        await().until(() -> peer.callsUnder(key) == 1);

        // When
        GATEWAY.process().kill();
        GATEWAY.process().start();

        // Then
        await().until(() -> peer.callsUnder(key) == 2);
        assertThat(lost).failsWithin(java.time.Duration.ofSeconds(10));
        Answer again = GATEWAY.forward(request);
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(peer.callsUnder(key)).isEqualTo(2);
        String run = again.json().at("/forwarded/remote_run_id").asText();
        await().until(() -> recordsOf(run).stream().anyMatch(line -> line.contains("\"request_id\":\"settle_")));
        assertThat(recordsOf(run).get(0))
                .contains("\"action\":\"federation.runs.forward\"", "\"outcome\":\"allowed\"", Sample.TENANT);
    }

    private static List<String> recordsOf(String run) throws IOException {
        return Files.readAllLines(GATEWAY.process().directory().resolve("audit.log")).stream()
                .filter(line -> line.contains("\"resource\":\"" + run + "\""))
                .toList();
    }

    private CompletableFuture<Answer> async() {
        return GATEWAY.http().post("/v1/federation/runs:forward").json(request).sendAsync();
    }

    private static Answer forward(String body, String idempotencyKey) {
        return GATEWAY.http()
                .post("/v1/federation/runs:forward")
                .json(body)
                .header("Idempotency-Key", idempotencyKey)
                .send();
    }
}
