package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.Reply;
import org.agentos.federation.support.ScriptedPeer;
import org.agentos.federation.support.ScriptedPeer.On;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Kills the gateway at moments drawn by chance while clients forward to whichever of two peers: each key has one run at
 * one of them, and no answered run is lost. {@code -Dfederation.kills} draws more moments, {@code -Dfederation.seed} the
 * same again.
 */
class ForwardKillIT {
    private static final int KILLS = Integer.getInteger("federation.kills", 2);
    private static final int CLIENTS = 4;
    private static final int MAX_FORWARDS_BEFORE_A_KILL = 60;
    private static final Map<String, Object> SAME_REGION = Map.of("region", "drill");

    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest()
            .peer("stk_b", SAME_REGION)
            .peer("stk_c", SAME_REGION)
            .environment("AGENTOS_FED_FORWARD_BASE_BACKOFF_MS", "1");

    private final long seed = Long.getLong("federation.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<String, String> answered = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> unanswered = new ConcurrentLinkedQueue<>();
    private final AtomicInteger sent = new AtomicInteger();

    @Test
    void shouldStartOneRunForEachKeyAndLoseNone() throws InterruptedException {
        // Given
        List<ScriptedPeer> peers = List.of(GATEWAY.peerOf("stk_b"), GATEWAY.peerOf("stk_c"));

        // When
        for (int kill = 0; kill < KILLS; kill++) {
            peers.forEach(this::misbehave);
            killUnderLoad(sent.get() + 1 + random.nextInt(MAX_FORWARDS_BEFORE_A_KILL));
            List<String> again = List.copyOf(unanswered);
            unanswered.clear();
            again.forEach(this::forward);
        }

        // Then
        assertThat(unanswered).as("seed %d: keys that stay without a run", seed).isEmpty();
        assertThat(answered).hasSizeGreaterThanOrEqualTo(KILLS);
        answered.forEach((key, run) -> {
            Answer again = GATEWAY.forward(request(key));
            assertThat(again.json().at("/forwarded/remote_run_id").asText())
                    .as("seed %d, key %s", seed, key)
                    .isEqualTo(run);
            assertThat(peers.stream().filter(peer -> peer.callsUnder(key) > 0))
                    .as("seed %d: peers that started a run for key %s", seed, key)
                    .hasSize(1);
        });
    }

    /** Some calls fail before the run is started, some after. */
    private void misbehave(ScriptedPeer peer) {
        Reply[] replies = new Reply[MAX_FORWARDS_BEFORE_A_KILL];
        for (int i = 0; i < replies.length; i++) {
            replies[i] = switch (random.nextInt(8)) {
                case 0 -> Reply.resetBeforeReading();
                case 1 -> peer.startedThen(Reply.resetAfterReading());
                case 2 -> peer.startedThen(Reply.halfJson());
                default -> peer.started();
            };
        }
        peer.script(On.RUN_CREATE, replies);
    }

    private void killUnderLoad(int sentInAll) throws InterruptedException {
        AtomicInteger end = new AtomicInteger();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Thread(() -> {
                while (end.get() == 0) {
                    forward(Sample.key());
                }
            }));
        }
        clients.forEach(Thread::start);
        await().until(() -> sent.get() >= sentInAll);
        GATEWAY.process().kill();
        end.set(1);
        for (Thread client : clients) {
            client.join();
        }
        GATEWAY.process().start();
    }

    /** Asks until there is an answer with a run, or the gateway is gone. */
    private void forward(String key) {
        sent.incrementAndGet();
        try {
            for (int i = 0; i < 20; i++) {
                Answer answer = GATEWAY.forward(request(key));
                if (answer.status() == 200) {
                    answered.put(
                            key, answer.json().at("/forwarded/remote_run_id").asText());
                    return;
                }
            }
        } catch (UncheckedIOException gone) {
            // asked again after the start
        }
        unanswered.add(key);
    }

    private static String request(String key) {
        return Sample.forward("stk_b", key).replace("\"stack_id\": \"stk_b\"", "\"region\": \"drill\"");
    }
}
