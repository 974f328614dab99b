package org.agentos.federation.eventlog.store;

import static org.agentos.federation.eventlog.store.EventLogs.RUN;
import static org.agentos.federation.eventlog.store.EventLogs.event;
import static org.agentos.federation.eventlog.store.EventLogs.everything;
import static org.agentos.federation.eventlog.store.EventLogs.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.CursorCodec;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.Replaced;
import org.agentos.federation.eventlog.RunCursors;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;
import org.agentos.federation.eventlog.Source;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.eventlog.Verdict.Reason;
import org.agentos.federation.eventlog.Verdict.Status;
import org.agentos.federation.settings.RetentionSettings;
import org.agentos.federation.settings.RetentionWindow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HoldTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Source B = new Source(Origin.PUSHED, Optional.of("stk_b"));
    private static final Source A = new Source(Origin.MIRRORED, Optional.of("stk_a"));
    private static final Source CLAIM = new Source(Origin.PUSHED, Optional.empty());

    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock();
    private FaultyStore disk;
    private RocksEventLog log;

    @BeforeEach
    void open() {
        log = RocksEventLog.open(
                EventLogs.settings(directory), clock, new SecureRandom(), store -> disk = new FaultyStore(store));
    }

    @AfterEach
    void close() {
        disk.releaseSyncs();
        log.close();
    }

    @Test
    void shouldSetAsideWhatAnotherPeerBrought() throws Exception {
        // Given
        append(B, event("a", 1), event("b", 2));
        RunLog before = log.find(RUN).orElseThrow();

        // When
        Optional<Replaced> replaced = hold("stk_a");

        // Then
        assertThat(replaced).contains(new Replaced(Optional.of("stk_b"), 2));
        RunLog now = log.find(RUN).orElseThrow();
        assertThat(now.holder()).contains("stk_a");
        assertThat(now.isEmpty()).isTrue();
        assertThat(now.latest()).isEqualTo(Position.START);
        assertThat(now.generation()).isNotEqualTo(before.generation());
        assertThat(everything(log, RUN)).isEmpty();
        assertThat(log.tail(RUN, Position.START).orElseThrow().events()).isEmpty();
        assertThat(log.removed().replacedLogs()).isEqualTo(1);
        assertThat(log.removed().asideEvents()).isEqualTo(2);
        assertThat(setAside()).containsExactly(List.of(text("a", 1), text("b", 2)));
    }

    @Test
    void shouldSetAsideWhatWasOnlyAClaim() throws Exception {
        // Given
        append(CLAIM, event("a", 1));

        // When
        Optional<Replaced> replaced = hold("stk_a");

        // Then
        assertThat(replaced).contains(new Replaced(Optional.empty(), 1));
        assertThat(log.find(RUN).orElseThrow().holder()).contains("stk_a");
    }

    @Test
    void shouldKeepWhatTheForwardsPeerPushedBeforeItsAnswerCame() throws Exception {
        // Given
        append(new Source(Origin.PUSHED, Optional.of("stk_a")), event("a", 1));
        RunLog before = log.find(RUN).orElseThrow();

        // When
        Optional<Replaced> replaced = hold("stk_a");

        // Then
        assertThat(replaced).isEmpty();
        assertThat(log.find(RUN)).contains(before);
        assertThat(log.removed().replacedLogs()).isZero();
    }

    @Test
    void shouldStoreNothingForARunWithoutEvents() throws Exception {
        // When
        Optional<Replaced> replaced = hold("stk_a");

        // Then
        assertThat(replaced).isEmpty();
        assertThat(log.find(RUN)).isEmpty();
    }

    @Test
    void shouldTakeTheSameEventsFromTheHolderAnewAndNoneFromTheOther() throws Exception {
        // Given
        append(B, event("a", 1), event("b", 2));
        hold("stk_a");

        // When
        List<Verdict> others = append(B, event("c", 3));
        List<Verdict> holders = append(A, event("a", 1));

        // Then
        assertThat(others.get(0).status()).isEqualTo(Status.FORBIDDEN);
        assertThat(others.get(0).reason()).isEqualTo(Reason.HOLDER);
        assertThat(holders.get(0).status()).isEqualTo(Status.ACCEPTED);
        assertThat(texts(everything(log, RUN))).containsExactly(text("a", 1));
    }

    @Test
    void shouldForbidEventsThatWereJudgedBeforeTheForwardsAnswerCame() throws Exception {
        // Given
        hold("stk_a");

        // When
        List<Verdict> others = append(B, event("b", 1));
        append(A, event("a", 1));

        // Then
        assertThat(others.get(0).status()).isEqualTo(Status.FORBIDDEN);
        assertThat(log.find(RUN).orElseThrow().holder()).contains("stk_a");
        assertThat(texts(everything(log, RUN))).containsExactly(text("a", 1));
    }

    @Test
    void shouldTellTheCursorsOfTheTwoLogsApart() throws Exception {
        // Given
        Verdict before = append(B, event("a", 1)).get(0);
        hold("stk_a");

        // When
        Verdict after = append(A, event("a", 1)).get(0);

        // Then
        CursorCodec codec = CursorCodec.of(log);
        String old = codec.forRun(RUN, before.generation()).encode(before.cursor());
        RunCursors now = codec.forLog(RUN, log.find(RUN));
        assertThat(after.cursor()).isEqualTo(before.cursor());
        assertThat(now.decode(now.encode(after.cursor()))).isEqualTo(after.cursor());
        assertThat(catchThrowableOfType(FederationException.class, () -> now.decode(old))
                        .code())
                .isEqualTo(ErrorCode.CURSOR_EXPIRED);
    }

    @Test
    void shouldSetAsideEventsOfTheSameMomentWhole() throws Exception {
        // Given
        disk.holdSyncs();
        CompletableFuture<List<Verdict>> pushed =
                log.append(B, List.of(event("a", 1), event("b", 2))).toCompletableFuture();

        // When
        CompletableFuture<Optional<Replaced>> held = log.hold(RUN, "stk_a").toCompletableFuture();
        CompletableFuture<List<Verdict>> mirrored =
                log.append(A, List.of(event("x", 1))).toCompletableFuture();
        disk.releaseSyncs();

        // Then
        assertThat(pushed.get(20, TimeUnit.SECONDS)).extracting(Verdict::status).containsOnly(Status.ACCEPTED);
        assertThat(held.get(20, TimeUnit.SECONDS)).contains(new Replaced(Optional.of("stk_b"), 2));
        assertThat(mirrored.get(20, TimeUnit.SECONDS))
                .extracting(Verdict::status)
                .containsOnly(Status.ACCEPTED);
        assertThat(texts(everything(log, RUN))).containsExactly(text("x", 1));
        assertThat(setAside()).containsExactly(List.of(text("a", 1), text("b", 2)));
    }

    @Test
    void shouldAnswerOnlyWhenItIsDurableAndWakeReaders() throws Exception {
        // Given
        append(B, event("a", 1));
        List<Long> seen = new ArrayList<>();
        EventLog.Watch watch =
                log.watch(RUN, () -> seen.add(log.find(RUN).orElseThrow().generation()));
        disk.holdSyncs();

        // When
        CompletableFuture<Optional<Replaced>> held = log.hold(RUN, "stk_a").toCompletableFuture();
        await().until(() -> log.find(RUN).orElseThrow().isEmpty());

        // Then
        assertThat(held).isNotDone();
        disk.releaseSyncs();
        assertThat(held).succeedsWithin(Duration.ofSeconds(20));
        long generation = log.find(RUN).orElseThrow().generation();
        await().until(() -> seen.contains(generation));
        watch.close();
    }

    @Test
    void shouldNotWaitForTheDiskWhereThereIsNothingToStore() throws Exception {
        // Given
        RunKey known = new RunKey("tnt_a", "run_known");
        append(A, event(known, "a", 1));
        disk.holdSyncs();

        // When
        CompletableFuture<Optional<Replaced>> its = log.hold(known, "stk_a").toCompletableFuture();
        CompletableFuture<Optional<Replaced>> withoutEvents =
                log.hold(new RunKey("tnt_a", "run_new"), "stk_a").toCompletableFuture();

        // Then
        assertThat(its.get(20, TimeUnit.SECONDS)).isEmpty();
        assertThat(withoutEvents.get(20, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void shouldGoByTheLastForwardThatNamedARunWithoutEvents() throws Exception {
        // Given
        hold("stk_b");

        // When
        hold("stk_a");

        // Then
        assertThat(append(B, event("b", 1)).get(0).status()).isEqualTo(Status.FORBIDDEN);
        assertThat(append(A, event("a", 1)).get(0).status()).isEqualTo(Status.ACCEPTED);
    }

    @Test
    void shouldRefuseWhenTheLogHasHalted() throws Exception {
        // Given
        disk.failNextSync();
        CompletableFuture<List<Verdict>> failed =
                log.append(B, List.of(event("b", 1))).toCompletableFuture();
        assertThat(failed).failsWithin(Duration.ofSeconds(20));

        // When
        CompletableFuture<Optional<Replaced>> held =
                log.hold(new RunKey("tnt_a", "run_new"), "stk_a").toCompletableFuture();

        // Then
        assertThat(held).failsWithin(Duration.ofSeconds(20));
    }

    @Test
    void shouldLeaveEverythingAsItWasWhenTheWriteFails() throws Exception {
        // Given
        append(B, event("a", 1));
        RunLog before = log.find(RUN).orElseThrow();
        disk.failNextWrite();

        // When
        CompletableFuture<Optional<Replaced>> held = log.hold(RUN, "stk_a").toCompletableFuture();

        // Then
        assertThat(held.handle((done, failure) ->
                                FederationException.in(failure).orElseThrow())
                        .get(20, TimeUnit.SECONDS)
                        .code())
                .isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
        assertThat(log.find(RUN)).contains(before);
        assertThat(texts(everything(log, RUN))).containsExactly(text("a", 1));
        assertThat(append(B, event("b", 2)).get(0).status()).isEqualTo(Status.ACCEPTED);
        assertThat(hold("stk_a")).contains(new Replaced(Optional.of("stk_b"), 2));
    }

    @Test
    void shouldStandAfterAReopen() throws Exception {
        // Given
        append(B, event("a", 1));
        hold("stk_a");
        RunLog before = log.find(RUN).orElseThrow();

        // When
        reopen();

        // Then
        assertThat(log.find(RUN)).contains(before);
        assertThat(append(B, event("b", 1)).get(0).status()).isEqualTo(Status.FORBIDDEN);
        Verdict mirrored = append(A, event("a", 1)).get(0);
        assertThat(mirrored.generation()).isEqualTo(before.generation());
        assertThat(hold("stk_a")).isEmpty();
        assertThat(setAside()).hasSize(1);
    }

    @Test
    void shouldGiveRunsToThePeerTheyWereForwardedToAtStart() throws Exception {
        // Given
        RunKey its = new RunKey("tnt_a", "run_its");
        RunKey claimed = new RunKey("tnt_a", "run_claimed");
        RunKey unknown = new RunKey("tnt_a", "run_unknown");
        append(B, event("a", 1), event(unknown, "a", 1));
        append(A, event(its, "a", 1));
        append(CLAIM, event(claimed, "a", 1));
        reopen();

        // When
        log.reviewHolders(run -> Optional.of("stk_a").filter(peer -> !run.equals(unknown)));

        // Then
        assertThat(log.find(RUN).orElseThrow().holder()).contains("stk_a");
        assertThat(everything(log, RUN)).isEmpty();
        assertThat(log.find(unknown).orElseThrow().holder()).contains("stk_b");
        assertThat(everything(log, its)).hasSize(1);
        assertThat(everything(log, claimed)).hasSize(1);
        assertThat(log.removed().replacedLogs()).isEqualTo(1);
    }

    @Test
    void shouldReplaceTheTombstoneOfAnothersLogAndKeepItsOwn() throws Exception {
        // Given
        append(B, event("a", 1));
        log.delete(RUN).toCompletableFuture().get(20, TimeUnit.SECONDS);

        // When
        Optional<Replaced> first = hold("stk_a");
        boolean revived = !log.find(RUN).orElseThrow().deleted();
        log.delete(RUN).toCompletableFuture().get(20, TimeUnit.SECONDS);
        Optional<Replaced> second = hold("stk_a");

        // Then
        assertThat(first).contains(new Replaced(Optional.of("stk_b"), 0));
        assertThat(revived).isTrue();
        assertThat(second).isEmpty();
        assertThat(log.find(RUN).orElseThrow().deleted()).isTrue();
        assertThat(setAside()).isEmpty();
    }

    /** Retention decides on what it has read; meanwhile another log may have come to end where the old one did. */
    @Test
    void shouldNotDeleteTheNewLogForTheAgeOfTheOld() throws Exception {
        // Given
        append(B, event("a", 1));
        LogChange decided = new LogChange.Delete(RUN, log.find(RUN));
        hold("stk_a");
        append(A, event("b", 1));

        // When
        int made = log.change(List.of(decided)).toCompletableFuture().get(20, TimeUnit.SECONDS);

        // Then
        assertThat(made).isZero();
        assertThat(texts(everything(log, RUN))).containsExactly(text("b", 1));
    }

    @Test
    void shouldDeleteWhatWasSetAsideWithItsRun() throws Exception {
        // Given
        append(B, event("a", 1));
        hold("stk_a");

        // When
        log.delete(RUN).toCompletableFuture().get(20, TimeUnit.SECONDS);

        // Then
        assertThat(setAside()).isEmpty();
    }

    @Test
    void shouldKeepWhatWasSetAsideForTheWindowOfItsTenant() throws Exception {
        // Given
        append(B, event("a", 1));
        clock.pass(DAY.multipliedBy(6));
        hold("stk_a");

        // When
        clock.pass(DAY.multipliedBy(7).minusMillis(1));
        pass();
        List<List<String>> within = setAside();
        clock.pass(Duration.ofMillis(1));
        pass();

        // Then
        assertThat(within).hasSize(1);
        assertThat(setAside()).isEmpty();
    }

    /** A range is only dead when no log that was set aside lies in it. */
    @Test
    void shouldNotSweepWhatWasSetAside() throws Exception {
        // Given
        append(B, event("a", 1));
        hold("stk_a");
        for (int i = 0; i < 200; i++) {
            RunKey gone = new RunKey("tnt_a", "gone_" + i);
            append(B, event(gone, "a", 1));
            log.delete(gone).toCompletableFuture().get(20, TimeUnit.SECONDS);
        }

        // When
        pass();

        // Then
        assertThat(setAside()).containsExactly(List.of(text("a", 1)));
    }

    private void pass() throws Exception {
        RetentionSettings settings =
                new RetentionSettings(new RetentionWindow(DAY.multipliedBy(7), 0, 0), Map.of(), DAY, DAY, DAY);
        log.retention(settings, clock).pass();
    }

    private Optional<Replaced> hold(String peer) throws Exception {
        return log.hold(RUN, peer).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private List<Verdict> append(Source source, IncomingEvent... events) throws Exception {
        return log.append(source, Arrays.asList(events)).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private void reopen() {
        log.close();
        open();
    }

    /** The events of each log of the run that was set aside, read off the disk. */
    private List<List<String>> setAside() throws Exception {
        log.close();
        try {
            return EventLogs.setAside(directory, RUN);
        } finally {
            open();
        }
    }

    private static String text(String id, long sequence) {
        return event(id, sequence).envelope().toString();
    }
}
