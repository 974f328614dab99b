package org.agentos.federation.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agentos.federation.support.Answer;
import org.agentos.federation.support.GatewayProcess;
import org.agentos.federation.support.Http;
import org.agentos.federation.support.RegistryFile;
import org.agentos.federation.support.ScriptedPeer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** A real small disk that fills up: nothing is taken that could not be kept, reads go on, and it recovers by itself. */
class DiskReserveIT {
    private static final long DISK_BYTES = 512L << 20;
    private static final long RESERVE_BYTES = 128L << 20;

    @TempDir
    Path directory;

    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        if (System.getProperty("federation.base-url") != null) {
            skip("control of the gateway's disk");
        }
        disk = Files.createDirectory(directory.resolve("disk"));
        if (run("mount", "-t", "tmpfs", "-o", "size=" + DISK_BYTES, "tmpfs", disk.toString()) != 0) {
            disk = null;
            skip("the right to mount a tmpfs");
        }
    }

    private static void skip(String need) {
        System.err.println("SKIPPED: DiskReserveIT needs " + need);
        throw new TestAbortedException("needs " + need);
    }

    @AfterEach
    void unmount() throws Exception {
        if (disk != null) {
            run("umount", "-l", disk.toString());
        }
    }

    @Test
    void shouldRefuseWhatCouldNotBeKeptAndRecover() throws IOException {
        try (ScriptedPeer peer = new ScriptedPeer();
                GatewayProcess gateway = GatewayProcess.start(
                        directory,
                        Map.of(
                                "AGENTOS_PEERS_FILE", registry(peer).toString(),
                                "AGENTOS_FED_DATA_DIR", disk.resolve("data").toString(),
                                "AGENTOS_FED_LOG_DISK_RESERVE_BYTES", Long.toString(RESERVE_BYTES)))) {
            // Given
            Http http = new Http(gateway.baseUrl());
            String run = Sample.runId();
            assertThat(ingest(http, run, 1).status()).isEqualTo(200);

            // When
            Path ballast = disk.resolve("ballast");
            fill(ballast);
            await().until(() -> health(http).status() == 503);

            // Then
            Answer refused = ingest(http, run, 2);
            assertThat(refused.errorCode()).isEqualTo("storage_unavailable");
            assertThat(refused.text()).contains("federation.log.disk-reserve-bytes");
            assertThat(health(http).status()).isEqualTo(503);
            assertThat(health(http).errorCode()).isEqualTo("storage_unavailable");
            Answer page = http.get("/v1/federation/runs/" + run + "/events")
                    .tenant(Sample.TENANT)
                    .header("Accept", "application/json")
                    .send();
            assertThat(page.json().get("events")).hasSize(1);
            Answer forward = http.post("/v1/federation/runs:forward")
                    .json(Sample.forward("stk_b", Sample.key()))
                    .send();
            assertThat(forward.status()).isEqualTo(503);
            assertThat(forward.errorCode()).isEqualTo("storage_unavailable");
            assertThat(peer.runsStarted()).isZero();

            // When
            Files.delete(ballast);

            // Then
            await().until(() -> ingest(http, run, 2).status() == 200);
            assertThat(health(http).status()).isEqualTo(200);
            assertThat(http.post("/v1/federation/runs:forward")
                            .json(Sample.forward("stk_b", Sample.key()))
                            .send()
                            .status())
                    .isEqualTo(200);
        }
    }

    private Path registry(ScriptedPeer peer) {
        RegistryFile registry = new RegistryFile();
        registry.peer("stk_b", peer.baseUrl(), Map.of());
        return registry.writeTo(directory.resolve("peers.json"));
    }

    private static Answer ingest(Http http, String run, long sequence) {
        return http.post("/v1/federation/events:ingest")
                .tenant(Sample.TENANT)
                .json(Sample.batch("peer_ci", Sample.envelope(run, sequence)))
                .send();
    }

    private static Answer health(Http http) {
        return http.get("/v1/federation/health").send();
    }

    /** Leaves half of the reserve. */
    private void fill(Path ballast) throws IOException {
        long left = disk.toFile().getUsableSpace() - RESERVE_BYTES / 2;
        byte[] piece = new byte[1 << 20];
        try (RandomAccessFile file = new RandomAccessFile(ballast.toFile(), "rw")) {
            for (; left > 0; left -= piece.length) {
                file.write(piece);
            }
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return -1;
        }
        return process.exitValue();
    }
}
