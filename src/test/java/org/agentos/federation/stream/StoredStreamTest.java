package org.agentos.federation.stream;

import static org.agentos.federation.stream.Gateway.PUSHED;
import static org.agentos.federation.stream.Gateway.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.agentos.federation.eventlog.CursorCodec;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.store.RocksEventLog;
import org.agentos.federation.settings.EventLogSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams over the real log: every place of a run can be resumed from, in memory and after a restart. */
class StoredStreamTest {
    private static final Pattern FRAME = Pattern.compile("id: (\\S+)\ndata: .*\"event_id\":\"(\\w+)\"");
    private static final List<String> IDS = List.of("a1", "u1", "u2", "a2", "a5", "u3", "a6");
    private static final long[] SEQUENCES = {1, 0, 0, 2, 5, 0, 6};

    @TempDir
    private Path directory;

    private RocksEventLog log;
    private EventStreams streams;

    @BeforeEach
    void open() {
        log = RocksEventLog.open(
                new EventLogSettings(directory, 1 << 20, 10_000, 1 << 20, 1 << 20, 16 << 20, false),
                Clock.systemUTC(),
                new SecureRandom());
        streams = new EventStreams(
                log,
                run -> false,
                CursorCodec.of(log),
                Gateway.settings(4, 4, 64 << 10),
                Runnable::run,
                new ManualScheduler(),
                Clock.systemUTC(),
                new Random(1),
                reason -> {});
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void shouldResumeAtEveryPlace() throws Exception {
        store();
        assertThatEveryPlaceResumes();
    }

    @Test
    void shouldResumeAtEveryPlaceAfterARestart() throws Exception {
        store();
        close();
        open();
        assertThatEveryPlaceResumes();
    }

    @Test
    void shouldEndWhereATerminalEventSealedTheRun() throws Exception {
        log.append(PUSHED, List.of(Gateway.event(1, "a1", "agentos.run.failed")))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);

        assertThat(read()).contains("\"reason\":\"run_failed\"");
        assertThat(answer("from_sequence=1")).isEqualTo(new Answer.NoContent());
    }

    private void assertThatEveryPlaceResumes() {
        List<MatchResult> all = FRAME.matcher(read("follow=false")).results().toList();
        assertThat(all).extracting(frame -> frame.group(2)).isEqualTo(IDS);
        for (int i = 0; i < all.size(); i++) {
            List<String> rest = IDS.subList(i + 1, IDS.size());
            assertThat(idsFrom("cursor=" + all.get(i).group(1))).isEqualTo(rest);
            if (SEQUENCES[i] > 0) {
                assertThat(idsFrom("from_sequence=" + SEQUENCES[i])).isEqualTo(rest);
            }
        }
        assertThat(idsFrom("from=latest")).isEmpty();
        assertThat(idsFrom("from_sequence=0")).isEqualTo(IDS);
    }

    private List<String> idsFrom(String start) {
        return FRAME.matcher(read("follow=false", start))
                .results()
                .map(frame -> frame.group(2))
                .toList();
    }

    private String read(String... queryAndHeaders) {
        Client client = Client.eager();
        ((Answer.Stream) answer(queryAndHeaders)).body().subscribe(client);
        return client.text();
    }

    private Answer answer(String... queryAndHeaders) {
        return streams.open(RUN, Gateway.request(queryAndHeaders), Optional.empty())
                .toCompletableFuture()
                .join();
    }

    private void store() throws Exception {
        List<IncomingEvent> events = new ArrayList<>();
        for (int i = 0; i < SEQUENCES.length; i++) {
            events.add(Gateway.event(SEQUENCES[i], IDS.get(i), "agentos.step.done"));
        }
        log.append(PUSHED, events).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
