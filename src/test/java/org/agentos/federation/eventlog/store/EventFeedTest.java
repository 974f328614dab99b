package org.agentos.federation.eventlog.store;

import static org.agentos.federation.eventlog.store.EventLogs.OTHER_RUN;
import static org.agentos.federation.eventlog.store.EventLogs.RUN;
import static org.agentos.federation.eventlog.store.EventLogs.event;
import static org.agentos.federation.eventlog.store.EventLogs.push;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.agentos.federation.eventlog.EventFeed.FeedPage;
import org.agentos.federation.eventlog.EventFeed.FeedRecord;
import org.agentos.federation.eventlog.EventFeed.Limits;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.StoredEvent;
import org.agentos.federation.settings.RetentionSettings;
import org.agentos.federation.settings.RetentionWindow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFeedTest {
    private static final Limits MANY = new Limits(1000, 1 << 20);

    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock();
    private FaultyStore faults;
    private RocksEventLog log;

    @BeforeEach
    void open() {
        log = RocksEventLog.open(
                EventLogs.settings(directory), clock, new SecureRandom(), store -> faults = new FaultyStore(store));
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void shouldGiveTheEventsOfAllRunsInTheOrderOfTheirAppends() throws Exception {
        // Given
        push(log, event("a", 1), event(OTHER_RUN, "b", 1));
        push(log, event("c", 2));
        push(log, event(OTHER_RUN, "d", 2), event(OTHER_RUN, "e", 3));

        // When
        FeedPage page = log.feed().read(0, run -> true, MANY);

        // Then
        assertThat(ids(page)).containsExactly("run_1 a", "run_2 b", "run_1 c", "run_2 d", "run_2 e");
        assertThat(page.records()).extracting(FeedRecord::offset).containsExactly(1L, 2L, 3L, 4L);
        assertThat(page.readTo()).isEqualTo(4).isEqualTo(log.feed().end());
    }

    @Test
    void shouldGoOnAfterWhatWasReadAndPassOverRunsNobodyWants() throws Exception {
        // Given
        push(log, event("a", 1), event(OTHER_RUN, "b", 1));
        push(log, event("c", 2), event(OTHER_RUN, "d", 2));

        // When
        FeedPage first = log.feed().read(0, OTHER_RUN::equals, new Limits(3, 1 << 20));
        FeedPage second = log.feed().read(first.readTo(), OTHER_RUN::equals, MANY);

        // Then
        assertThat(ids(first)).containsExactly("run_2 b");
        assertThat(first.readTo()).isEqualTo(3);
        assertThat(ids(second)).containsExactly("run_2 d");
        assertThat(second.gone()).isZero();
    }

    @Test
    void shouldShowNothingThatIsNotDurable() throws Exception {
        // Given
        push(log, event("a", 1));
        faults.holdSyncs();
        log.append(EventLogs.from(Origin.PUSHED), List.of(event("b", 2)));
        CountDownLatch moved = new CountDownLatch(1);
        try (EventLog.Watch watch = log.feed().watch(moved::countDown)) {

            // When
            FeedPage before = log.feed().read(0, run -> true, MANY);
            faults.releaseSyncs();
            boolean told = moved.await(20, TimeUnit.SECONDS);

            // Then
            assertThat(ids(before)).containsExactly("run_1 a");
            assertThat(told).isTrue();
            assertThat(ids(log.feed().read(before.readTo(), run -> true, MANY))).containsExactly("run_1 b");
        }
    }

    @Test
    void shouldGoOnOverAFailedWriteAndAnotherStart() throws Exception {
        // Given
        push(log, event("a", 1));
        faults.failNextWrite();
        assertThat(log.append(EventLogs.from(Origin.PUSHED), List.of(event("b", 2))))
                .failsWithin(Duration.ofSeconds(20));
        push(log, event("b", 2));
        log.close();

        // When
        open();
        push(log, event("c", 3));

        // Then
        assertThat(ids(log.feed().read(0, run -> true, MANY))).containsExactly("run_1 a", "run_1 b", "run_1 c");
    }

    @Test
    void shouldStepOverEventsThatAreGone() throws Exception {
        // Given
        RunKey third = new RunKey("tnt_b", "run_3");
        push(log, event("a", 1), event(OTHER_RUN, "b", 1), event(third, "c", 1));
        push(log, event("d", 2), event(third, "e", 2));
        log.delete(RUN).toCompletableFuture().get(20, TimeUnit.SECONDS);
        log.hold(OTHER_RUN, "stk_b").toCompletableFuture().get(20, TimeUnit.SECONDS);
        log.change(List.of(new LogChange.Trim(third, 3, new Position(1, 0), Volume.NONE, Optional.empty())))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        push(log, event(OTHER_RUN, "f", 1));

        // When
        FeedPage page = log.feed().read(0, run -> true, MANY);

        // Then
        assertThat(ids(page)).containsExactly("run_3 e", "run_2 f");
        assertThat(page.gone()).isEqualTo(4);
    }

    @Test
    void shouldFindTheEntriesOfATime() throws Exception {
        // Given
        List<Long> times = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            push(log, event(i % 3 == 0 ? RUN : OTHER_RUN, "e" + i, i));
            times.add(clock.millis());
            clock.pass(Duration.ofSeconds(i % 4)); // some at the same moment
        }

        // When / Then
        for (long time : times) {
            assertThat(log.feed().before(Instant.ofEpochMilli(time))).isEqualTo(times.indexOf(time));
            assertThat(log.feed().storedMillisAfter(times.indexOf(time))).isEqualTo(time);
        }
        assertThat(log.feed().before(clock.instant().plusSeconds(10))).isEqualTo(20);
        assertThat(log.feed().storedMillisAfter(20)).isZero();
    }

    @Test
    void shouldFindAPlaceBeforeARunsEventsAfterASequence() throws Exception {
        // Given
        for (int i = 1; i <= 10; i++) {
            clock.pass(Duration.ofSeconds(1));
            push(log, nth(i, RUN), nth(i, OTHER_RUN));
        }

        // When
        long offset = log.feed().before(OTHER_RUN, new Position(6, 0));

        // Then
        assertThat(ids(log.feed().read(offset, OTHER_RUN::equals, MANY))).startsWith("run_2 e7");
        assertThat(log.feed().before(OTHER_RUN, new Position(10, 0)))
                .isEqualTo(log.feed().end());
        assertThat(log.feed().before(new RunKey("tnt_a", "other"), Position.START))
                .isEqualTo(log.feed().end());
    }

    @Test
    void shouldTakeWhatIsGoneOffTheHeadButNeverTheLastEntry() throws Exception {
        // Given
        push(log, event("a", 1), event(OTHER_RUN, "b", 1));
        push(log, event("c", 2));
        log.delete(RUN).toCompletableFuture().get(20, TimeUnit.SECONDS);

        // When
        trim(log);

        // Then
        assertThat(log.feed().storedMillisAfter(0)).isEqualTo(log.feed().storedMillisAfter(1));
        log.delete(OTHER_RUN).toCompletableFuture().get(20, TimeUnit.SECONDS);
        trim(log);
        log.close();
        open();
        push(log, event(new RunKey("tnt_a", "run_3"), "d", 1));
        assertThat(log.feed().read(0, run -> true, MANY).records())
                .extracting(FeedRecord::offset)
                .containsExactly(4L);
        assertThat(log.feed().read(0, run -> true, MANY).gone()).isEqualTo(1); // what was the last entry then
    }

    private static IncomingEvent nth(int sequence, RunKey run) {
        return EventLogs.event(run, "e" + sequence, sequence);
    }

    private static List<String> ids(FeedPage page) {
        List<String> ids = new ArrayList<>();
        for (FeedRecord record : page.records()) {
            for (StoredEvent event : record.events()) {
                String text = event.envelope().toString();
                ids.add(record.run().runId() + " " + text.replaceAll(".*event_id\":\"([^\"]+)\".*", "$1"));
            }
        }
        return ids;
    }

    /** A retention pass that finds nothing else to do. */
    private static void trim(RocksEventLog log) throws Exception {
        Duration never = Duration.ofDays(3650);
        RetentionSettings settings =
                new RetentionSettings(new RetentionWindow(never, 0, 0), Map.of(), never, never, never);
        try (Retention retention = log.retention(settings, () -> Instant.EPOCH)) {
            retention.pass();
        }
    }
}
