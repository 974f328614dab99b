package org.agentos.federation.drills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.RegistryFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two gateways in a row: producers push to the one behind, readers read at the one before, which mirrors. Now the one, now the
 * other, now both are killed under load. What the one behind acknowledged arrives before, once and in order, with every reader.
 */
class ChainIT {
    private static final int RUNS = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Drill drill = new Drill("chain");
    private final int cycles = drill.parameter("cycles", 1);
    private final int maxAcks = drill.parameter("max-acks", 200);
    private final Random chance = drill.chance("moments");
    private final List<Pushing> pushing = IntStream.range(0, RUNS)
            .mapToObj(i -> new Pushing("chain_" + i, drill.chance("pushing " + i)))
            .toList();
    private final List<Following> following =
            pushing.stream().map(one -> new Following(one.run())).toList();

    @TempDir
    Path directory;

    @Test
    void shouldBringEveryEventOnceInOrderOverKillsOfEither() throws Exception {
        try (GatewayProcess behind = GatewayProcess.start(directory.resolve("behind"), Map.of());
                GatewayProcess before = startBefore(behind);
                Clients producers = new Clients();
                Clients readers = new Clients()) {
            Calls atBehind = new Calls(behind.baseUrl());
            Calls atBefore = new Calls(before.baseUrl());
            pushing.forEach(one -> producers.add(() -> one.untilGone(atBehind)));
            following.forEach(one -> readers.add(() -> one.untilGone(atBefore)));
            for (int cycle = 0; cycle < cycles; cycle++) {
                killUnderLoad(drawn(behind, before));
            }
            awaitAcks(1);
            behind.kill();
            producers.awaitGone();
            behind.start();
            awaitAllRead(atBehind);
            before.kill();
            readers.awaitGone();
            before.start();
            judge(atBehind, atBefore);
        }
    }

    /** The runs stand in the index as other software writes it: who forwarded them is of no matter here. */
    private GatewayProcess startBefore(GatewayProcess behind) throws IOException {
        Path home = directory.resolve("before");
        Path index = home.resolve("data/federation/forward-index.json");
        Files.createDirectories(index.getParent());
        Files.writeString(
                index,
                pushing.stream()
                        .map(one -> "{\"tenant_id\":\"" + Events.TENANT + "\",\"run_id\":\"" + one.run()
                                + "\",\"remote_stack_id\":\"stk_b\",\"remote_events_url\":\"/v1/federation/runs/"
                                + one.run() + "/events\"}")
                        .collect(Collectors.joining(",", "[", "]")));
        Path registry = new RegistryFile()
                .peer(
                        "stk_b",
                        behind.baseUrl(),
                        Map.of("federation_base_url", behind.baseUrl().toString()))
                .writeTo(home.resolve("peers.json"));
        return GatewayProcess.start(
                home, Map.of("AGENTOS_PEERS_FILE", registry.toString(), "AGENTOS_FED_MIRROR_MAX_BACKOFF", "1s"));
    }

    private List<GatewayProcess> drawn(GatewayProcess behind, GatewayProcess before) {
        return switch (chance.nextInt(3)) {
            case 0 -> List.of(behind);
            case 1 -> List.of(before);
            default -> List.of(before, behind);
        };
    }

    private void killUnderLoad(List<GatewayProcess> killed) {
        awaitAcks(1 + chance.nextInt(maxAcks));
        LockSupport.parkNanos(chance.nextInt(20_000_000));
        killed.forEach(GatewayProcess::kill);
        killed.forEach(GatewayProcess::start);
    }

    /** Until so many more batches are acknowledged, and every run has had some and was read. */
    private void awaitAcks(long more) {
        long enough = acks() + more;
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> acks() >= enough
                        && pushing.stream().allMatch(one -> one.acks() > 0)
                        && following.stream().noneMatch(one -> one.read().isEmpty()));
    }

    private long acks() {
        return pushing.stream().mapToLong(Pushing::acks).sum();
    }

    /** Every reader gets to the end of its run, whatever was acknowledged and whatever was stored without an ack. */
    private void awaitAllRead(Calls atBehind) throws IOException {
        for (Following reader : following) {
            int all = atBehind.stored(reader.run()).size();
            await("the end of " + reader.run())
                    .atMost(PATIENCE)
                    .until(() -> reader.read().size() >= all);
        }
    }

    private void judge(Calls atBehind, Calls atBefore) throws IOException {
        Findings found = Findings.none();
        for (int i = 0; i < RUNS; i++) {
            Pushing one = pushing.get(i);
            assertThat(one.wrong()).isEmpty();
            List<String> mirrored = atBefore.stored(one.run());
            assertThat(mirrored).as("%s, %s", drill.describe(), one.run()).isEqualTo(atBehind.stored(one.run()));
            List<Long> sequences = new ArrayList<>();
            mirrored.forEach(envelope -> sequences.add(Events.sequenceIn(one.run(), envelope)));
            found.add(one.judge(sequences));
            found.add(Findings.ofReading(one.run(), following.get(i).read(), sequences));
        }
        assertThat(found.isClean()).as("%s: %s", drill.describe(), found).isTrue();
        drill.note(
                "events_acknowledged",
                pushing.stream().mapToLong(Pushing::acked).sum());
        drill.note(
                "events_read",
                following.stream().mapToLong(one -> one.read().size()).sum());
        drill.note("found", found.counts());
        drill.passed();
    }
}
