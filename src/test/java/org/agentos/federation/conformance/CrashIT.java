package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agentos.federation.support.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Kills the gateway while peers push: what was acknowledged is there once, and pushing again doubles nothing. */
class CrashIT {
    private static final int PUSHERS = 4;
    private static final int BATCH = 10;
    private static final int ACKED_BEFORE_THE_CRASH = 600;
    private static final int ROUNDS = 2;

    @RegisterExtension
    static final GatewayUnderTest GATEWAY = new GatewayUnderTest();

    private final Map<String, List<String>> acked = new ConcurrentHashMap<>();

    @Test
    void shouldLoseNoAcknowledgedEventAndDoubleNone() throws InterruptedException {
        // Given
        GATEWAY.process();
        List<String> runs = new ArrayList<>();
        for (int i = 0; i < PUSHERS; i++) {
            runs.add(Sample.runId());
            acked.put(runs.get(i), new CopyOnWriteArrayList<>());
        }

        for (int round = 1; round <= ROUNDS; round++) {
            // When
            crashUnderLoad(runs, round * ACKED_BEFORE_THE_CRASH);

            // Then
            for (String run : runs) {
                List<String> stored = GATEWAY.stored(run);
                assertThat(stored).as(run).doesNotHaveDuplicates().containsAll(acked.get(run));
                assertThat(stored).as(run).containsExactly(Sample.envelopes(run, stored.size()));
            }
        }

        // When
        for (String run : runs) {
            String[] all = Sample.envelopes(run, acked.get(run).size());
            Answer again = GATEWAY.ingest(all);

            // Then
            assertThat(again.json().get("duplicates").asInt()).isEqualTo(all.length);
            assertThat(again.json().get("failed").asInt()).isZero();
        }
    }

    private void crashUnderLoad(List<String> runs, int ackedInAll) throws InterruptedException {
        List<Thread> pushers =
                runs.stream().map(run -> new Thread(() -> push(run))).toList();
        pushers.forEach(Thread::start);
        await().until(() -> acked.values().stream().mapToInt(List::size).sum() >= ackedInAll);
        GATEWAY.process().kill();
        for (Thread pusher : pushers) {
            pusher.join();
        }
        GATEWAY.process().start();
    }

    /** Pushes a run's events in order, from the first that is not acknowledged, until the gateway is gone. */
    private void push(String run) {
        try {
            for (int next = acked.get(run).size(); ; next += BATCH) {
                String[] batch = new String[BATCH];
                for (int i = 0; i < BATCH; i++) {
                    batch[i] = Sample.envelope(run, next + i + 1L);
                }
                Answer answer = GATEWAY.ingest(batch);
                if (answer.status() != 200 || answer.json().get("failed").asInt() != 0) {
                    return;
                }
                acked.get(run).addAll(List.of(batch));
            }
        } catch (UncheckedIOException gone) {
            return;
        }
    }
}
