package org.agentos.federation.drills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.agentos.federation.support.GatewayProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power goes at moments drawn by chance: the gateway is frozen, its disk ends at once with what is on it, and the gateway started there
 * must have everything that was acknowledged or read before. A writer that never syncs stands beside it and must lose records.
 */
class PowerCutIT {
    private static final long DISK_BYTES = 2L << 30;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Drill drill = new Drill("power-cut");
    private final int cuts = drill.parameter("cuts", 1);
    private final int maxAcks = drill.parameter("max-acks", 400);
    private final Random chance = drill.chance("moments");
    private final List<CountingPeer> peers = Load.peers(drill.chance("peers"));

    @TempDir
    Path directory;

    private final Findings found = Findings.none();
    private LoopDisk disk;
    private long controlAcked;
    private long controlLost;
    private long auditLost;
    private long oldestAuditLostMillis;

    @BeforeEach
    void mount() throws Exception {
        try {
            disk = LoopDisk.make(directory.resolve("disk"), DISK_BYTES);
        } catch (IOException notHere) {
            throw drill.skipped("root, loop devices, mkfs.ext4 and perl: " + notHere.getMessage());
        }
    }

    @AfterEach
    void unmount() throws Exception {
        peers.forEach(CountingPeer::close);
        if (disk != null) {
            disk.close();
        }
    }

    @Test
    void shouldKeepWhatWasAcknowledgedBeforeThePowerWent() throws Exception {
        Path home = Files.createDirectory(disk.root().resolve("gateway"));
        try (GatewayProcess gateway = GatewayProcess.start(home, environment());
                Load load = new Load(gateway.baseUrl(), "cut", peers, drill.chance("load"))) {
            for (int cut = 1; cut <= cuts; cut++) {
                cutUnderLoad(gateway, load);
                gateway.start();
                found.add(load.judgeWhole());
                assertThat(found.isClean())
                        .as("%s, cut %d: %s", drill.describe(), cut, found)
                        .isTrue();
            }
            assertThat(controlLost)
                    .as("records that the writer without fsync lost: the negative control")
                    .isPositive();
            note(load);
        }
    }

    private Map<String, String> environment() {
        return Map.of(
                "AGENTOS_PEERS_FILE",
                Load.registry(peers).writeTo(directory.resolve("peers.json")).toString(),
                "AGENTOS_FED_FORWARD_BASE_BACKOFF_MS",
                "1");
    }

    /** Leaves the gateway dead, the clients still, and the disk as after a start of the machine. */
    private void cutUnderLoad(GatewayProcess gateway, Load load) throws Exception {
        Path trail = gateway.directory().resolve("audit.log");
        Path control = disk.root().resolve("control");
        Files.deleteIfExists(control);
        long enough = load.acks() + 1 + chance.nextInt(maxAcks);
        UnsyncedWriter unsynced = new UnsyncedWriter(control);
        load.begin();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> load.acks() >= enough && load.isMixed());
        LockSupport.parkNanos(chance.nextInt(20_000_000));
        Shell.must("kill", "-STOP", Long.toString(gateway.pid()));
        Instant frozen = Instant.now();
        List<JsonNode> trailBefore = AuditChain.read(trail);
        disk.cut();
        long acked = unsynced.stop();
        gateway.kill();
        load.awaitGone();
        disk.mountAgain();
        controlAcked += acked;
        controlLost += acked - UnsyncedWriter.kept(control);
        judgeTrail(trailBefore, AuditChain.read(trail), frozen);
    }

    /** The trail is fsynced within a second, so its last records may be gone, and no other ones. */
    private void judgeTrail(List<JsonNode> before, List<JsonNode> after, Instant frozen) {
        assertThat(before.subList(0, after.size())).isEqualTo(after);
        for (JsonNode lost : before.subList(after.size(), before.size())) {
            auditLost++;
            Duration age = Duration.between(Instant.parse(lost.get("time").asText()), frozen);
            oldestAuditLostMillis = Math.max(oldestAuditLostMillis, age.toMillis());
        }
    }

    private void note(Load load) {
        drill.note("events_acknowledged", load.events());
        drill.note("events_read", load.read());
        drill.note("forwards", load.forwards());
        drill.note("found", found.counts());
        drill.note("audit_records_lost", auditLost);
        drill.note("oldest_audit_record_lost_ms", oldestAuditLostMillis);
        drill.note("control_without_fsync_acknowledged", controlAcked);
        drill.note("control_without_fsync_lost", controlLost);
        drill.passed();
    }
}
