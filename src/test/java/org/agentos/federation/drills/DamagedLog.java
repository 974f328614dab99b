package org.agentos.federation.drills;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.EventLogOpenException;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Source;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.eventlog.store.RocksEventLog;
import org.agentos.federation.settings.EventLogSettings;

/** Opens a damaged event log and asks it for all that was acknowledged, by reading and by sending it again. */
final class DamagedLog {
    private static final int ALL = Integer.MAX_VALUE;

    private final Map<String, Integer> acked;

    DamagedLog(Map<String, Integer> acked) {
        this.acked = acked;
    }

    Opened open(Path directory, String what) throws Exception {
        EventLogSettings settings = new EventLogSettings(directory, 8 << 20, 100_000, 1 << 20, 16 << 20, 0, false);
        try (RocksEventLog log = RocksEventLog.open(settings, InstantSource.system(), new SecureRandom())) {
            for (Map.Entry<String, Integer> run : acked.entrySet()) {
                assertWhole(log, run.getKey(), run.getValue(), what);
            }
            return Opened.WHOLE;
        } catch (EventLogOpenException refused) {
            assertThat(refused).as(what).hasMessageStartingWith("event log ");
            return Opened.REFUSED;
        } catch (FederationException told) {
            return Opened.TOLD_WHEN_READ;
        }
    }

    private static void assertWhole(EventLog log, String run, int acked, String what) throws Exception {
        RunKey key = new RunKey(Events.TENANT, run);
        List<String> expected = Events.envelopes(run, 1, acked);
        List<String> served = log.read(key, Position.START, ALL, ALL).events().stream()
                .map(event -> event.envelope().toString())
                .toList();
        assertThat(served.equals(expected))
                .as("%s: %d events of %s served, %d acknowledged", what, served.size(), run, acked)
                .isTrue();
        List<IncomingEvent> again = IntStream.rangeClosed(1, acked)
                .mapToObj(sequence -> event(key, sequence, expected.get(sequence - 1)))
                .toList();
        Source pushed = new Source(Origin.PUSHED, Optional.empty());
        try {
            List<Verdict.Status> verdicts = log.append(pushed, again).toCompletableFuture().get().stream()
                    .map(Verdict::status)
                    .distinct()
                    .toList();
            assertThat(verdicts.equals(List.of(Verdict.Status.DUPLICATE)))
                    .as("%s: events of %s sent again are %s", what, run, verdicts)
                    .isTrue();
        } catch (ExecutionException failed) {
            throw FederationException.in(failed).orElseThrow(() -> failed);
        }
    }

    private static IncomingEvent event(RunKey run, long sequence, String envelope) {
        return new IncomingEvent(
                run,
                "evt_" + run.runId() + "_" + sequence,
                sequence,
                "agentos.step.completed",
                ByteSlice.of(envelope.getBytes(StandardCharsets.UTF_8)));
    }
}
