package org.agentos.federation.eventlog.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.agentos.federation.eventlog.EventFeed;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.StoredEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 at moments nobody chose: what was acknowledged stands in the log, once and in order. */
class KilledProcessTest {
    private static final int KILLS = 3;

    @TempDir
    Path directory;

    private final Map<String, Long> acknowledged = new HashMap<>();

    @Test
    void shouldKeepEveryAcknowledgedEventOnceOverKills() throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            // Given
            int acks = 50 + new Random().nextInt(1500);

            // When
            appendUntilKilled(acks);

            // Then
            try (RocksEventLog log = EventLogs.open(directory)) {
                for (int i = 0; i < AppendingProcess.RUNS; i++) {
                    assertWhole(log, AppendingProcess.run(i));
                }
                assertFeedHoldsTheLogs(log);
            }
        }
    }

    private void appendUntilKilled(int acks) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", // it does not live long
                        "-Djava.io.tmpdir=" + directory, // where a killed process leaves its native library
                        "-cp",
                        System.getProperty("java.class.path"),
                        AppendingProcess.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = process.inputReader()) {
            for (int seen = 0; seen < acks; seen++) {
                note(lines.readLine());
            }
            process.toHandle().destroyForcibly(); // leaves what was printed to be read
            lines.lines().forEach(this::note);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private void note(String line) {
        assertThat(line).matches("run_\\d+ \\d+");
        String[] parts = line.split(" ", 2);
        acknowledged.put(parts[0], Long.parseLong(parts[1]));
    }

    /** Each event of each run once, in the order of its run. */
    private static void assertFeedHoldsTheLogs(RocksEventLog log) {
        Map<RunKey, List<StoredEvent>> ofRuns = new HashMap<>();
        EventFeed.Limits limits = new EventFeed.Limits(100, 1 << 20);
        EventFeed.FeedPage page = log.feed().read(0, run -> true, limits);
        for (; page.readTo() < log.feed().end(); page = log.feed().read(page.readTo(), run -> true, limits)) {
            gather(page, ofRuns);
        }
        gather(page, ofRuns);
        for (int i = 0; i < AppendingProcess.RUNS; i++) {
            RunKey run = AppendingProcess.run(i);
            assertThat(ofRuns.getOrDefault(run, List.of())).isEqualTo(EventLogs.everything(log, run));
        }
    }

    private static void gather(EventFeed.FeedPage page, Map<RunKey, List<StoredEvent>> ofRuns) {
        page.records().forEach(record -> ofRuns.computeIfAbsent(record.run(), run -> new ArrayList<>())
                .addAll(record.events()));
    }

    private void assertWhole(EventLog log, RunKey run) {
        List<StoredEvent> events = EventLogs.everything(log, run);
        assertThat((long) events.size()).isGreaterThanOrEqualTo(acknowledged.getOrDefault(run.runId(), 0L));
        assertThat(EventLogs.texts(events))
                .isEqualTo(LongStream.rangeClosed(1, events.size())
                        .mapToObj(n -> EventLogs.event(run, AppendingProcess.idOf(n), n)
                                .envelope()
                                .toString())
                        .toList());
    }
}
