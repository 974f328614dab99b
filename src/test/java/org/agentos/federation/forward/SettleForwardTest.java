package org.agentos.federation.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;
import org.agentos.federation.forward.store.Digest128;
import org.agentos.federation.forward.store.JournalRecord;
import org.agentos.federation.peer.PeerRegistry;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettleForwardTest {
    private static final Digest128 SCOPE = new Digest128(1, 2);
    private static final RunKey RUN = new RunKey("tnt_a", "run_9");

    @TempDir
    Path directory;

    private final ScriptedPeer peer = new ScriptedPeer();
    private ForwardBench bench;

    @AfterEach
    void stop() {
        bench.close();
        peer.close();
    }

    @Test
    void shouldGiveTheRunsLogToThePeerOfTheForward() {
        // Given
        bench = new ForwardBench(directory, ForwardBench.peer("stk_b", peer));
        leaveUnknown();
        bench.events.hold(RUN, "stk_claims").toCompletableFuture().join();
        SettleForward step = new SettleForward(
                bench.store,
                new PeerRegistry(ForwardBench.info("stk_local"), List.of(ForwardBench.peer("stk_b", peer)), true),
                bench.events,
                InstantSource.system(),
                Runnable::run);

        // When
        step.take(settlement(), null).toCompletableFuture().join();

        // Then
        assertThat(bench.events.find(RUN).flatMap(RunLog::holder)).contains("stk_b");
        assertThat(bench.store.index().find(RUN)).isPresent();
    }

    private void leaveUnknown() {
        Instant now = Instant.now();
        bench.store.keys().claim(SCOPE, SCOPE, now);
        bench.store
                .append(new JournalRecord.Intent(SCOPE, SCOPE, "tnt_a", "stk_b", now, Optional.empty()))
                .toCompletableFuture()
                .join();
        bench.store.keys().leaveUnknown(SCOPE);
    }

    private static Exchange settlement() {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setHeader("forward_id", SCOPE.toString());
        exchange.getMessage()
                .setBody(("{\"settle\":{\"outcome\":\"started\",\"run_id\":\"run_9\","
                                + "\"events_url\":\"/v1/runs/run_9/events\"}}")
                        .getBytes(StandardCharsets.UTF_8));
        return exchange;
    }
}
