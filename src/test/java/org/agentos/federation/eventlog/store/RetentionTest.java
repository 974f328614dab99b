package org.agentos.federation.eventlog.store;

import static org.agentos.federation.eventlog.store.EventLogs.OTHER_RUN;
import static org.agentos.federation.eventlog.store.EventLogs.RUN;
import static org.agentos.federation.eventlog.store.EventLogs.accepted;
import static org.agentos.federation.eventlog.store.EventLogs.completed;
import static org.agentos.federation.eventlog.store.EventLogs.event;
import static org.agentos.federation.eventlog.store.EventLogs.push;
import static org.agentos.federation.eventlog.store.EventLogs.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.eventlog.Verdict.Reason;
import org.agentos.federation.eventlog.Verdict.Status;
import org.agentos.federation.settings.RetentionSettings;
import org.agentos.federation.settings.RetentionWindow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final RetentionWindow WEEK = new RetentionWindow(DAY.multipliedBy(7), 0, 0);

    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock();
    private FaultyStore faults;
    private RocksEventLog log;

    @BeforeEach
    void open() {
        UnaryOperator<GroupStore> keep = store -> faults = new FaultyStore(store);
        log = RocksEventLog.open(EventLogs.settings(directory), clock, new SecureRandom(), keep);
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void shouldTrimWhatIsOlderThanTheWindow() throws Exception {
        // Given
        push(log, event("a", 1), event("b", 2));
        clock.pass(DAY.multipliedBy(4));
        push(log, event("c", 3));
        clock.pass(DAY.multipliedBy(4));

        // When
        pass(WEEK);

        // Then
        assertKept(RUN, 2, 3);
        assertThat(log.removed().trimmedEvents()).isEqualTo(2);
        assertThat(log.removed().trimmedBytes())
                .isEqualTo(2L * event("a", 1).envelope().length());
    }

    @Test
    void shouldKeepWhatTheWindowStillHolds() throws Exception {
        // Given
        push(log, event("a", 1));
        clock.pass(WEEK.maxAge().minusMillis(1));

        // When
        pass(WEEK);

        // Then
        assertKept(RUN, 0, 1);
    }

    @Test
    void shouldTrimByEvents() throws Exception {
        // Given
        for (int n = 1; n <= 9; n++) {
            push(log, event("e" + n, n));
        }

        // When
        pass(new RetentionWindow(DAY, 0, 4));

        // Then
        assertKept(RUN, 5, 9);
    }

    @Test
    void shouldTrimByBytesAndKeepAtLeastTheWindow() throws Exception {
        // Given
        for (int n = 1; n <= 9; n++) {
            push(log, event("e" + n, n));
        }
        int size = event("e1", 1).envelope().length();

        // When
        pass(new RetentionWindow(DAY, 2L * size + 1, 0));

        // Then
        assertKept(RUN, 6, 9);
    }

    @Test
    void shouldGiveATenantItsOwnWindow() throws Exception {
        // Given
        RunKey foreign = new RunKey("tnt_b", "run_1");
        push(log, event("a", 1), event(foreign, "a", 1));
        clock.pass(DAY.multipliedBy(2));
        push(log, event("b", 2), event(foreign, "b", 2));

        // When
        pass(settings(WEEK, Map.of("tnt_b", new RetentionWindow(DAY, 0, 0))));

        // Then
        assertKept(RUN, 0, 2);
        assertKept(foreign, 1, 2);
    }

    @Test
    void shouldKnowTrimmedEventsAgain() throws Exception {
        // Given
        push(log, event("a", 1), event("b", 2));
        clock.pass(DAY.multipliedBy(8));
        pass(WEEK);

        // When
        List<Verdict> verdicts = push(log, event("a", 1), event("x", 2), event("c", 3));

        // Then
        assertThat(verdicts)
                .containsExactly(
                        verdict(Status.DUPLICATE, Reason.NONE, 1, 0),
                        verdict(Status.CONFLICT, Reason.OTHER_EVENT_ID, 2, 0),
                        accepted(3, 0));
        assertKept(RUN, 2, 3);
    }

    @Test
    void shouldKeepAnEmptiedRunAliveOverARestart() throws Exception {
        // Given
        push(log, event("a", 1), event("b", 2));
        clock.pass(DAY.multipliedBy(8));
        pass(WEEK);

        // When
        reopen();

        // Then
        assertThat(log.find(RUN).orElseThrow().isEmpty()).isTrue();
        assertThat(log.find(RUN).orElseThrow().latest()).isEqualTo(new Position(2, 0));
        assertThat(push(log, event("b", 2), event("c", 3)))
                .containsExactly(verdict(Status.DUPLICATE, Reason.NONE, 2, 0), accepted(3, 0));
        assertKept(RUN, 2, 3);
    }

    @Test
    void shouldKeepTheEndOfASealedRunUntilItHasAgedOut() throws Exception {
        // Given
        push(log, event("a", 1));
        clock.pass(DAY.multipliedBy(6));
        push(log, completed("b", 2));
        clock.pass(DAY.multipliedBy(2));

        // When
        pass(WEEK);

        // Then
        assertKept(RUN, 1, 2);
        assertThat(log.find(RUN).orElseThrow().end()).contains(RunEnd.COMPLETED);
    }

    @Test
    void shouldNotTrimTheEndOfASealedRunForItsSize() throws Exception {
        // Given
        push(log, event("a", 1));
        push(log, completed("b", 2));

        // When
        pass(new RetentionWindow(DAY, 1, 1));

        // Then
        assertKept(RUN, 1, 2);
    }

    @Test
    void shouldDeleteASealedRunThatHasAgedOut() throws Exception {
        // Given
        push(log, event("a", 1), completed("b", 2), event(OTHER_RUN, "a", 1));
        clock.pass(DAY.multipliedBy(8));

        // When
        pass(WEEK);

        // Then
        RunLog found = log.find(RUN).orElseThrow();
        assertThat(found.deleted()).isTrue();
        assertThat(found.latest()).isEqualTo(new Position(2, 0));
        assertThat(log.find(OTHER_RUN).orElseThrow().deleted()).isFalse();
        assertThat(log.removed().deletedRuns()).isEqualTo(1);
        assertThat(log.removed().deletedEvents()).isEqualTo(2);
    }

    @Test
    void shouldDeleteARunWithoutAnEndOnceItWasSilentForLong() throws Exception {
        // Given
        push(log, event("a", 1));
        clock.pass(DAY.multipliedBy(8));
        pass(WEEK);
        clock.pass(DAY.multipliedBy(21));
        pass(WEEK);
        boolean deletedEarly = log.find(RUN).orElseThrow().deleted();
        clock.pass(DAY);

        // When
        pass(WEEK);

        // Then
        assertThat(deletedEarly).isFalse();
        assertThat(log.find(RUN).orElseThrow().deleted()).isTrue();
    }

    @Test
    void shouldForgetATombstoneAfterItsTime() throws Exception {
        // Given
        push(log, completed("a", 1));
        clock.pass(DAY.multipliedBy(8));
        pass(WEEK);
        clock.pass(DAY.multipliedBy(29));
        pass(WEEK);
        List<Verdict> late = push(log, event("b", 2));
        clock.pass(DAY);

        // When
        pass(WEEK);

        // Then
        assertThat(late).containsExactly(verdict(Status.LATE, Reason.DELETED, 0, 0));
        assertThat(log.find(RUN)).isEmpty();
        assertThat(push(log, event("b", 2))).containsExactly(accepted(2, 0));
    }

    @Test
    void shouldRefuseEventsOfADeletedRunOverARestart() throws Exception {
        // Given
        push(log, event("a", 1), event("b", 2));
        delete(RUN);
        List<Verdict> late = push(log, event("a", 1), event("c", 3));

        // When
        reopen();

        // Then
        Verdict refused = verdict(Status.LATE, Reason.DELETED, 0, 0);
        assertThat(late).containsExactly(refused, refused);
        assertThat(push(log, event("a", 1), event("c", 3))).containsExactly(refused, refused);
        assertThat(log.find(RUN).orElseThrow().deleted()).isTrue();
        assertThat(EventLogs.everything(log, RUN)).isEmpty();
        assertThat(log.tail(RUN, Position.START)).isEmpty();
    }

    @Test
    void shouldDeleteARunThatHasNoEventsYetAndOnlyOnce() throws Exception {
        // When
        delete(RUN);
        delete(RUN);

        // Then
        assertThat(log.removed().deletedRuns()).isEqualTo(1);
        assertThat(push(log, event("a", 1))).containsExactly(verdict(Status.LATE, Reason.DELETED, 0, 0));
        push(log, event(OTHER_RUN, "a", 1));
        reopen();
        assertThat(log.find(RUN).orElseThrow().deleted()).isTrue();
        assertKept(OTHER_RUN, 0, 1);
    }

    @Test
    void shouldDeleteEventsThatWaitInTheSameGroup() throws Exception {
        // Given
        faults.holdSyncs();
        var stored = log.append(EventLogs.from(Origin.PUSHED), List.of(event("a", 1)));

        // When
        var deleted = log.delete(RUN);
        var late = log.append(EventLogs.from(Origin.PUSHED), List.of(event("b", 2)));
        faults.releaseSyncs();

        // Then
        deleted.toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertThat(stored.toCompletableFuture().get(20, TimeUnit.SECONDS).get(0).status())
                .isEqualTo(Status.ACCEPTED);
        assertThat(late.toCompletableFuture().get(20, TimeUnit.SECONDS).get(0).reason())
                .isEqualTo(Reason.DELETED);
        assertThat(EventLogs.everything(log, RUN)).isEmpty();
    }

    @Test
    void shouldWakeWatchersOfADeletedRun() throws Exception {
        // Given
        push(log, event("a", 1));
        CountDownLatch woken = new CountDownLatch(1);
        log.watch(RUN, woken::countDown);

        // When
        delete(RUN);

        // Then
        assertThat(woken.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shouldKeepTheRunWhenTheDeletionCannotBeWritten() throws Exception {
        // Given
        push(log, event("a", 1));
        faults.failNextWrite();

        // When
        assertThatThrownBy(() -> delete(RUN)).isInstanceOf(ExecutionException.class);

        // Then
        assertKept(RUN, 0, 1);
        assertThat(push(log, event("b", 2))).containsExactly(accepted(2, 0));
    }

    @Test
    void shouldGoOnWhenATrimCannotBeWritten() throws Exception {
        // Given
        push(log, event("a", 1));
        clock.pass(DAY.multipliedBy(8));
        push(log, event("b", 2));
        faults.failNextWrite();

        // When
        assertThatThrownBy(() -> pass(WEEK)).isInstanceOf(ExecutionException.class);

        // Then
        assertKept(RUN, 0, 2);
        pass(WEEK);
        assertKept(RUN, 1, 2);
    }

    @Test
    void shouldSweepManyDeadRunsAndNothingElse() throws Exception {
        // Given
        RunKey first = new RunKey("tnt_a", "a-living-one");
        push(log, event(first, "a", 1));
        for (int n = 0; n < 300; n++) {
            RunKey run = new RunKey("tnt_a", "old" + n);
            push(log, event(run, "e", 1, "agentos.run.completed", "\"payload\":1"));
        }
        clock.pass(DAY.multipliedBy(8));
        RunKey last = new RunKey("tnt_a", "z-young-one");
        push(log, event(first, "b", 2), event(last, "a", 1));
        Retention retention = log.retention(settings(WEEK, Map.of()), clock);
        retention.pass();

        // When
        retention.pass();
        retention.pass();

        // Then
        reopen();
        assertKept(first, 1, 2);
        assertKept(last, 0, 1);
        assertThat(log.find(new RunKey("tnt_a", "old299")).orElseThrow().deleted())
                .isTrue();
    }

    @Test
    void shouldStoreTimesThatNeverRunBackwardsAlongARun() throws Exception {
        // Given
        push(log, event("a", 1));
        clock.pass(DAY.negated());
        push(log, event("b", 2));
        clock.pass(DAY.multipliedBy(8).minusMillis(1));

        // When
        pass(WEEK);

        // Then
        assertKept(RUN, 0, 2);
    }

    private void reopen() {
        log.close();
        open();
    }

    private void delete(RunKey run) throws Exception {
        log.delete(run).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private void pass(RetentionWindow window) throws Exception {
        pass(settings(window, Map.of()));
    }

    private void pass(RetentionSettings settings) throws Exception {
        log.retention(settings, clock).pass();
    }

    private static RetentionSettings settings(RetentionWindow window, Map<String, RetentionWindow> tenants) {
        return new RetentionSettings(
                window, tenants, DAY.multipliedBy(30), DAY.multipliedBy(30), Duration.ofMinutes(1));
    }

    private void assertKept(RunKey run, long afterSequence, long lastSequence) {
        RunLog found = log.find(run).orElseThrow();
        assertThat(found.earliest().sequence()).isEqualTo(afterSequence);
        assertThat(found.latest().sequence()).isEqualTo(lastSequence);
        assertThat(EventLogs.everything(log, run).stream()
                        .map(event -> event.position().sequence()))
                .first()
                .isEqualTo(afterSequence + 1);
    }
}
