package org.agentos.federation.drills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.agentos.federation.support.GatewayProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 at moments drawn by chance, under load and sometimes during the start that follows: nothing that was acknowledged or
 * read is lost, doubled or out of order, and no key has two runs.
 */
class KillIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MAX_START_MILLIS = 4_000;
    private static final int ONE_START_IN = 4;

    private final Drill drill = new Drill("kill");
    private final int cycles = drill.parameter("cycles", 2);
    private final int maxAcks = drill.parameter("max-acks", 400);
    private final Random chance = drill.chance("moments");

    @TempDir
    Path directory;

    private int killedStarts;

    @Test
    void shouldLoseDoubleAndReorderNothingOverKills() throws Exception {
        List<CountingPeer> peers = Load.peers(drill.chance("peers"));
        Path registry = Load.registry(peers).writeTo(directory.resolve("peers.json"));
        try (GatewayProcess gateway = GatewayProcess.start(
                        directory,
                        Map.of("AGENTOS_PEERS_FILE", registry.toString(), "AGENTOS_FED_FORWARD_BASE_BACKOFF_MS", "1"));
                Load load = new Load(gateway.baseUrl(), "kill", peers, drill.chance("load"))) {
            for (int cycle = 1; cycle <= cycles; cycle++) {
                killUnderLoad(gateway, load);
                sometimesKillTheStart(gateway);
                gateway.start();
                assertClean(load.judge(), "cycle " + cycle);
            }
            Findings last = load.judgeAll();
            assertClean(last, "the end");
            drill.note("kills_during_start", killedStarts);
            drill.note("events_acknowledged", load.events());
            drill.note("events_read", load.read());
            drill.note("forwards", load.forwards());
            drill.note("found", last.counts());
            drill.passed();
        } finally {
            peers.forEach(CountingPeer::close);
        }
    }

    private void killUnderLoad(GatewayProcess gateway, Load load) throws InterruptedException {
        long enough = load.acks() + 1 + chance.nextInt(maxAcks);
        load.begin();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> load.acks() >= enough && load.isMixed());
        LockSupport.parkNanos(chance.nextInt(20_000_000));
        gateway.kill();
        load.awaitGone();
    }

    /** A recovery that is cut off must be recovered from as well. */
    private void sometimesKillTheStart(GatewayProcess gateway) {
        while (chance.nextInt(ONE_START_IN) == 0) {
            gateway.begin();
            LockSupport.parkNanos(
                    Duration.ofMillis(chance.nextInt(MAX_START_MILLIS)).toNanos());
            gateway.kill();
            killedStarts++;
        }
    }

    private void assertClean(Findings found, String when) throws IOException {
        assertThat(found.isClean())
                .as("%s, %s: %s", drill.describe(), when, found)
                .isTrue();
    }
}
