package org.agentos.federation.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway process killed while it forwards: every run it answered is known to the next one. */
class KillDrillTest {
    private static final int ANSWERS_BEFORE_THE_KILL = 300;

    @TempDir
    Path directory;

    @Test
    void shouldKnowEveryAnsweredRunAfterAKill() throws Exception {
        // Given
        Process gateway = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();

        // When
        List<String> answered = answersUntilKilled(gateway);

        // Then
        try (ScriptedPeer peer = new ScriptedPeer();
                ForwardBench next = new ForwardBench(directory, ForwardBench.peer("stk_b", peer))) {
            assertThat(answered).hasSizeGreaterThanOrEqualTo(ANSWERS_BEFORE_THE_KILL);
            assertThat(answered)
                    .allSatisfy(runId ->
                            assertThat(next.store.index().find(next.run(runId))).isPresent());
            assertThat(next.answer(ForwardBench.BODY, "key_" + answered.get(0))
                            .forwarded()
                            .remoteRunId())
                    .isEqualTo(answered.get(0));
            assertThat(peer.calls).isEmpty();
        }
    }

    private static List<String> answersUntilKilled(Process gateway) throws IOException, InterruptedException {
        List<String> answered = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(gateway.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("answered ")) {
                    answered.add(line.substring("answered ".length()));
                }
                if (answered.size() == ANSWERS_BEFORE_THE_KILL) {
                    // Process.destroyForcibly would cut what is still in the pipe.
                    gateway.toHandle().destroyForcibly();
                }
            }
        }
        gateway.waitFor();
        return answered;
    }

    /** Forwards from four threads until it is killed and prints each run it was answered. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] args) {
            ScriptedPeer peer = new ScriptedPeer();
            peer.otherwise = (call, exchange) -> ScriptedPeer.respond(
                    exchange,
                    201,
                    ScriptedPeer.run(call.headers().get("idempotency-key").substring("key_".length())));
            ForwardBench bench = new ForwardBench(Path.of(args[0]), ForwardBench.peer("stk_b", peer));
            ExecutorService clients = Executors.newFixedThreadPool(4);
            for (int i = 0; i < 4; i++) {
                int client = i;
                clients.execute(() -> forwardForEver(bench, client));
            }
        }

        private static void forwardForEver(ForwardBench bench, int client) {
            for (int i = 0; ; i++) {
                String runId = "run_" + client + "_" + i;
                bench.answer(ForwardBench.BODY, "key_" + runId);
                System.out.println("answered " + runId);
            }
        }
    }
}
