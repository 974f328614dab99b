package org.agentos.federation.drills;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.agentos.federation.drills.Calls.Got;
import org.agentos.federation.support.GatewayProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Counts the gateway's syncs against its acks, as strace sees them: what is left of the power cut where there are no loop devices.
 * A client that waits for each ack cannot share a sync with anyone, so there must be one for each.
 */
class SyncCountIT {
    private final Drill drill = new Drill("sync-count");
    private final int acks = drill.parameter("acks", 25);

    @TempDir
    Path directory;

    @Test
    void shouldSyncForEachAckAndNotForReading() throws Exception {
        List<CountingPeer> peers = List.of(new CountingPeer("b", new Reliable()));
        Path registry = Load.registry(peers).writeTo(directory.resolve("peers.json"));
        try (GatewayProcess gateway =
                GatewayProcess.start(directory, Map.of("AGENTOS_PEERS_FILE", registry.toString()))) {
            Calls calls = new Calls(gateway.baseUrl());
            long reading = syncs(gateway, i -> calls.get("/v1/federation/peer"));
            long pushing = syncs(gateway, i -> calls.ingest(Events.envelopes("run_synced", i, i)));
            long forwarding = syncs(gateway, i -> calls.forward(Events.forward(Load.REGION, "key_synced_" + i)));
            drill.note("syncs_for_pushing", pushing);
            drill.note("syncs_for_forwarding", forwarding);
            drill.note("control_syncs_for_reading", reading);
            assertThat(reading).as("the negative control").isLessThan(acks);
            assertThat(pushing).isGreaterThanOrEqualTo(acks);
            assertThat(forwarding).isGreaterThanOrEqualTo(acks);
            drill.passed();
        } finally {
            peers.forEach(CountingPeer::close);
        }
    }

    private interface Call {
        Got send(int number) throws IOException;
    }

    /** How many syncs the gateway makes while so many calls are made, one after the other. */
    private long syncs(GatewayProcess gateway, Call call) throws Exception {
        Path trace = directory.resolve("trace");
        Process strace = attach(gateway.pid(), trace);
        for (int i = 1; i <= acks; i++) {
            assertThat(call.send(i).status()).isEqualTo(200);
        }
        strace.destroy();
        strace.waitFor();
        try (Stream<String> lines = Files.lines(trace)) {
            return lines.filter(line -> line.contains("sync(")).count();
        }
    }

    private Process attach(long pid, Path trace) throws IOException {
        Process strace;
        try {
            strace = new ProcessBuilder(
                            "strace",
                            "-f",
                            "-e",
                            "trace=fsync,fdatasync",
                            "-o",
                            trace.toString(),
                            "-p",
                            Long.toString(pid))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException notThere) {
            throw drill.skipped("strace");
        }
        BufferedReader said = strace.inputReader();
        String first = said.readLine();
        if (first == null || !first.contains("attached")) {
            throw drill.skipped("the right to trace: " + first);
        }
        return strace;
    }
}
