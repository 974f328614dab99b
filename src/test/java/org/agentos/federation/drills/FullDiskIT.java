package org.agentos.federation.drills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agentos.federation.drills.Calls.Got;
import org.agentos.federation.support.GatewayProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A small disk that holds log, index and audit trail and is filled to its last byte under load: nothing is taken that is not kept,
 * nothing is half there, what is kept is still read, and once there is room it goes on without a restart.
 */
class FullDiskIT {
    private static final long RESERVE_BYTES = 32L << 20;
    private static final int PUSHERS = 4;
    private static final int BATCH = 10;
    private static final int REFUSALS = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Drill drill = new Drill("full-disk");
    private final int diskMegabytes = drill.parameter("disk-megabytes", 320);
    private final int rounds = drill.parameter("rounds", 1);
    /** MB pushed in each round before the disk is filled: above 64 the engine flushes, further on it compacts. */
    private final int megabytes = drill.parameter("megabytes", 4);

    private final List<CountingPeer> peers = List.of(new CountingPeer("b", new Reliable()));
    private final Map<String, Integer> acked = new TreeMap<>();
    private final Map<String, String> forwarded = new TreeMap<>();

    @TempDir
    Path directory;

    private Path disk;
    private Calls calls;
    private int refused;
    private int keys;
    private int round;

    @BeforeEach
    void mount() throws Exception {
        Path made = Files.createDirectory(directory.resolve("disk"));
        Shell.Ended mounted =
                Shell.run("mount", "-t", "tmpfs", "-o", "size=" + diskMegabytes + "m", "tmpfs", made.toString());
        if (mounted.exitCode() != 0) {
            throw drill.skipped("the right to mount a tmpfs: " + mounted.output());
        }
        disk = made;
    }

    @AfterEach
    void unmount() throws Exception {
        peers.forEach(CountingPeer::close);
        if (disk != null) {
            Shell.run("umount", "-l", disk.toString());
        }
    }

    @Test
    void shouldKeepNothingHalfOnAFullDiskAndGoOnByItself() throws Exception {
        Path home = Files.createDirectory(disk.resolve("gateway"));
        try (GatewayProcess gateway = GatewayProcess.start(home, environment())) {
            calls = new Calls(gateway.baseUrl());
            for (round = 1; round <= rounds; round++) {
                push((long) megabytes << 20);
                forward();
                Path ballast = disk.resolve("ballast");
                fillWhilePushing(ballast);
                judgeWhileFull();
                Files.delete(ballast);
                awaitRecovery(gateway);
                judge("round " + round);
                makeRoom();
            }
            gateway.kill();
            gateway.start();
            judge("after kill -9 and start");
            assertThat(AuditChain.read(home.resolve("audit.log"))).isNotEmpty();
        }
        drill.note(
                "events_acknowledged", acked.values().stream().mapToInt(n -> n).sum());
        drill.note("forwards", forwarded.size());
        drill.note("refused", refused);
        drill.passed();
    }

    private Map<String, String> environment() {
        return Map.of(
                "AGENTOS_PEERS_FILE",
                Load.registry(peers).writeTo(directory.resolve("peers.json")).toString(),
                "AGENTOS_FED_LOG_DISK_RESERVE_BYTES",
                Long.toString(RESERVE_BYTES));
    }

    /** Pushes so many bytes to several runs. */
    private void push(long bytes) throws IOException {
        long pushed = 0;
        for (int i = 0; pushed < bytes; i++) {
            long taken = pushOne(i % PUSHERS);
            assertThat(taken).as("bytes taken after %d", pushed).isPositive();
            pushed += taken;
        }
    }

    /** Pushes the next batch of a run; returns its length if it was taken, else 0. */
    private long pushOne(int pusher) throws IOException {
        String run = "full_" + round + "_" + pusher;
        int last = acked.getOrDefault(run, 0);
        List<String> batch = new ArrayList<>();
        for (int i = 1; i <= BATCH; i++) {
            batch.add(event(run, last + i));
        }
        Got got = calls.ingest(batch);
        if (got.status() == 200) {
            assertThat(got.json().get("failed").asInt()).as(got.text()).isZero();
            acked.put(run, last + BATCH);
            return (long) BATCH * batch.get(0).length();
        }
        refused++;
        assertThat(got.status()).as(got.text()).isEqualTo(503);
        assertThat(got.errorCode()).isIn("storage_unavailable", "unavailable");
        return 0;
    }

    /** Some kilobytes that do not compress. */
    private static String event(String run, int sequence) {
        StringBuilder noise = new StringBuilder();
        java.util.Random random = new java.util.Random(sequence * 31L + run.hashCode());
        for (int i = 0; i < 256; i++) {
            noise.append(Long.toString(random.nextLong() & Long.MAX_VALUE, 36));
        }
        return "{\"event\":{\"event_id\":\"evt_" + run + "_" + sequence + "\",\"run_id\":\"" + run + "\",\"sequence\":"
                + sequence + ",\"type\":\"agentos.step.completed\",\"payload\":\"" + noise + "\"}}";
    }

    private Got forward() throws IOException {
        String key = "key_full_" + ++keys;
        Got got = calls.forward(Events.forward(Load.REGION, key));
        if (got.status() == 200) {
            forwarded.put(key, got.json().at("/forwarded/remote_run_id").asText());
        } else {
            refused++;
        }
        return got;
    }

    /** Leaves not one byte, faster than the reserve is looked at, so that the stores themselves meet the full disk. */
    private void fillWhilePushing(Path ballast) throws Exception {
        Thread filler = new Thread(() -> fill(ballast));
        filler.start();
        while (filler.isAlive()) {
            pushOne(0);
            forward();
        }
        filler.join();
        fill(disk.resolve("ballast-rest"));
    }

    private static void fill(Path ballast) {
        byte[] piece = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(ballast)) {
            while (true) {
                out.write(piece);
            }
        } catch (IOException full) {
            return;
        }
    }

    private void judgeWhileFull() throws IOException {
        // Engine and journal may have room they took before, until the reserve is looked at again within a second.
        await().atMost(PATIENCE).until(() -> pushOne(0) == 0 && missesReserve());
        for (int i = 0; i < REFUSALS; i++) {
            assertThat(pushOne(i % PUSHERS)).as("bytes taken on a full disk").isZero();
            assertThat(forward().status()).isEqualTo(503);
        }
        assertThat(calls.get("/v1/federation/health").status()).isEqualTo(503);
        judge("while the disk is full");
    }

    private boolean missesReserve() throws IOException {
        return calls.get("/v1/federation/health").text().contains("federation.log.disk-reserve-bytes");
    }

    private void awaitRecovery(GatewayProcess gateway) throws IOException {
        Files.deleteIfExists(disk.resolve("ballast-rest"));
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> pushOne(0) > 0 && forward().status() == 200);
        assertThat(gateway.isAlive()).isTrue();
        assertThat(calls.get("/v1/federation/health").status()).isEqualTo(200);
    }

    /** Each run's log is a whole number of acknowledged batches, and all of them. */
    private void judge(String when) throws IOException {
        for (Map.Entry<String, Integer> run : acked.entrySet()) {
            List<String> expected = new ArrayList<>();
            for (int sequence = 1; sequence <= run.getValue(); sequence++) {
                expected.add(event(run.getKey(), sequence));
            }
            List<String> stored = calls.stored(run.getKey());
            assertThat(stored.equals(expected))
                    .as(
                            "%s, %s: %d events of %s, %d acknowledged",
                            drill.describe(), when, stored.size(), run.getKey(), run.getValue())
                    .isTrue();
        }
        for (Map.Entry<String, String> forward : forwarded.entrySet()) {
            assertThat(calls.get("/v1/federation/runs/" + forward.getValue()).status())
                    .as("%s, %s: run of %s", drill.describe(), when, forward.getKey())
                    .isEqualTo(200);
        }
    }

    /** Deletes the runs of the round, which a disk that is short of room must allow. */
    private void makeRoom() throws IOException {
        for (String run : List.copyOf(acked.keySet())) {
            if (round < rounds) {
                acked.remove(run);
                assertThat(calls.delete("/v1/federation/runs/" + run).status()).isLessThan(300);
            }
        }
    }
}
