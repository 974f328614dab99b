package org.agentos.federation.eventlog.store;

import static org.agentos.federation.eventlog.store.EventLogs.OTHER_RUN;
import static org.agentos.federation.eventlog.store.EventLogs.RUN;
import static org.agentos.federation.eventlog.store.EventLogs.accepted;
import static org.agentos.federation.eventlog.store.EventLogs.event;
import static org.agentos.federation.eventlog.store.EventLogs.everything;
import static org.agentos.federation.eventlog.store.EventLogs.push;
import static org.agentos.federation.eventlog.store.EventLogs.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.CursorKeys;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.eventlog.Verdict.Reason;
import org.agentos.federation.eventlog.Verdict.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurabilityTest {
    @TempDir
    Path directory;

    private FaultyStore disk;
    private RocksEventLog log;

    @BeforeEach
    void open() {
        log = EventLogs.open(directory, store -> disk = new FaultyStore(store));
    }

    @AfterEach
    void close() {
        disk.releaseSyncs();
        log.close();
    }

    @Test
    void shouldShowNothingBeforeItIsDurable() throws Exception {
        // Given
        push(log, event("a", 1));
        push(log, event(new RunKey("tnt_a", "run_3"), "x", 1)); // when it is answered, the first has woken its watchers
        AtomicInteger moved = new AtomicInteger();
        EventLog.Watch watch = log.watch(RUN, moved::incrementAndGet);
        disk.holdSyncs();

        // When
        CompletableFuture<List<Verdict>> pending = appendLater(event("b", 2), event(OTHER_RUN, "c", 1));
        await().until(() -> log.lastSequenceHint(OTHER_RUN) == 1);

        // Then
        assertThat(pending).isNotDone();
        assertThat(moved).hasValue(0);
        assertThat(log.find(RUN).orElseThrow().latest()).isEqualTo(new Position(1, 0));
        assertThat(log.find(OTHER_RUN)).isEmpty();
        assertThat(everything(log, RUN)).hasSize(1);
        assertThat(everything(log, OTHER_RUN)).isEmpty();
        assertThat(log.tail(RUN, Position.START).orElseThrow().events()).hasSize(1);

        disk.releaseSyncs();
        assertThat(pending).succeedsWithin(Duration.ofSeconds(10));
        assertThat(everything(log, RUN)).hasSize(2);
        await().untilAtomic(moved, equalTo(1));
        watch.close();
    }

    @Test
    void shouldSettleALoneGroupOnTheThreadThatWroteIt() throws Exception {
        // Given
        push(log, event("a", 1));

        // When
        push(log, event("b", 2));

        // Then
        assertThat(disk.syncedBy()).isEqualTo("event-log-writer");
        assertThat(everything(log, RUN)).hasSize(2);
    }

    @Test
    void shouldWriteOnWhileTheGroupsBeforeAreSynced() throws Exception {
        // Given
        holdSyncsBehindTheWriter();

        // When
        CompletableFuture<List<Verdict>> pending = appendLater(event("a", 1));
        await().until(() -> log.lastSequenceHint(RUN) == 1);

        // Then
        assertThat(log.find(RUN)).isEmpty();
        disk.releaseSyncs();
        assertThat(pending).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(List.of(accepted(1, 0)));
        assertThat(disk.syncedBy()).isEqualTo("event-log-syncer");
    }

    @Test
    void shouldAnswerADuplicateOnlyWhenItsOriginalIsDurable() throws Exception {
        // Given
        holdSyncsBehindTheWriter();
        CompletableFuture<List<Verdict>> original = appendLater(event("a", 1));
        await().until(() -> log.lastSequenceHint(RUN) == 1);

        // When
        CompletableFuture<List<Verdict>> duplicate = appendLater(event("a", 1));
        CompletableFuture<List<Verdict>> later = appendLater(event("b", 2));
        await().until(() -> log.lastSequenceHint(RUN) == 2);

        // Then
        assertThat(original).isNotDone();
        assertThat(duplicate).isNotDone();
        disk.releaseSyncs();
        assertThat(later).succeedsWithin(Duration.ofSeconds(10));
        assertThat(duplicate)
                .succeedsWithin(Duration.ofSeconds(20))
                .isEqualTo(List.of(verdict(Status.DUPLICATE, Reason.NONE, 1, 0)));
    }

    @Test
    void shouldAcceptARetryAfterAFailedWrite() throws Exception {
        // Given
        push(log, event("a", 1));
        disk.failNextWrite();
        CompletableFuture<List<Verdict>> failed = appendLater(event("b", 2), event(OTHER_RUN, "c", 1));
        assertRefused(failed, ErrorCode.STORAGE_UNAVAILABLE);

        // When
        List<Verdict> retried = push(log, event("b", 2), event(OTHER_RUN, "c", 1), event("a", 1));

        // Then
        assertThat(retried)
                .containsExactly(accepted(2, 0), accepted(1, 0), verdict(Status.DUPLICATE, Reason.NONE, 1, 0));
        assertThat(log.problem()).isEmpty();
    }

    @Test
    void shouldHideAnEarlierUnsyncedGroupWhenALaterWriteFails() throws Exception {
        // Given
        holdSyncsBehindTheWriter();
        CompletableFuture<List<Verdict>> first = appendLater(event("a", 1));
        await().until(() -> log.lastSequenceHint(RUN) == 1);
        disk.failNextWrite();

        // When
        CompletableFuture<List<Verdict>> second = appendLater(event("b", 2));

        // Then
        await().until(() -> log.lastSequenceHint(RUN) == 2);
        assertThat(log.find(RUN)).isEmpty();
        disk.releaseSyncs();
        assertThat(first).succeedsWithin(Duration.ofSeconds(10));
        assertRefused(second, ErrorCode.STORAGE_UNAVAILABLE);
        assertThat(push(log, event("b", 2))).containsExactly(accepted(2, 0));
    }

    @Test
    void shouldHaltAfterAFailedSyncAndRecoverWhenOpenedAnew() throws Exception {
        // Given
        push(log, event("a", 1));
        disk.failNextSync();

        // When
        CompletableFuture<List<Verdict>> failed = appendLater(event("b", 2));

        // Then
        assertRefused(failed, ErrorCode.STORAGE_UNAVAILABLE);
        assertRefused(appendLater(event("c", 3)), ErrorCode.STORAGE_UNAVAILABLE);
        assertThat(log.problem()).contains("the event log could not be synced; restart to recover it");
        assertThat(everything(log, RUN)).hasSize(1);
        log.close();
        try (RocksEventLog reopened = EventLogs.open(directory)) {
            push(reopened, event("b", 2), event("c", 3));
            assertThat(everything(reopened, RUN)).hasSize(3);
        }
    }

    @Test
    void shouldKeepTheCursorKeysAndGoOnWhenARotationCannotBeWritten() throws Exception {
        // Given
        CursorKeys before = log.cursorKeys();
        disk.failNextWrite();

        // When
        assertThatThrownBy(() -> log.rotateCursorKey(true))
                .isInstanceOfSatisfying(FederationException.class, refusal -> assertThat(refusal.code())
                        .isEqualTo(ErrorCode.STORAGE_UNAVAILABLE));

        // Then
        assertThat(log.cursorKeys()).isSameAs(before);
        assertThat(log.problem()).isEmpty();
        assertThat(push(log, event("a", 1))).containsExactly(accepted(1, 0));
        assertThat(log.rotateCursorKey(false).count()).isEqualTo(2);
    }

    @Test
    void shouldGoOnWhenAWatcherGetsNoThread() throws Exception {
        // Given
        holdSyncsBehindTheWriter();
        Runnable noThread = () -> {
            throw new OutOfMemoryError("unable to create native thread");
        };
        EventLog.Watch ofRun = log.watch(RUN, noThread);
        EventLog.Watch ofAll = log.feed().watch(noThread);
        CompletableFuture<List<Verdict>> first = appendLater(event("a", 1));
        await().until(() -> log.lastSequenceHint(RUN) == 1);

        // When
        disk.releaseSyncs();

        // Then
        assertThat(first).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(List.of(accepted(1, 0)));
        assertThat(push(log, event("b", 2))).containsExactly(accepted(2, 0));
        ofRun.close();
        ofAll.close();
    }

    @Test
    void shouldRefuseWhenTooMuchIsQueued() throws Exception {
        // Given
        disk.holdSyncs();
        String big = "\"payload\":\"" + "x".repeat(10 << 20) + "\"";
        CompletableFuture<List<Verdict>> first = appendLater(event(RUN, "a", 1, "", big));

        // When
        CompletableFuture<List<Verdict>> second = appendLater(event(RUN, "b", 2, "", big));

        // Then
        assertRefused(second, ErrorCode.UNAVAILABLE);
        disk.releaseSyncs();
        assertThat(first).succeedsWithin(Duration.ofSeconds(10));
        assertThat(push(log, event(RUN, "b", 2, "", big))).containsExactly(accepted(2, 0));
    }

    @Test
    void shouldFinishWhatIsQueuedWhenClosed() throws Exception {
        // Given
        CompletableFuture<List<Verdict>> last = appendLater(event("a", 1));

        // When
        log.close();

        // Then
        assertThat(last).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(List.of(accepted(1, 0)));
        assertRefused(appendLater(event("b", 2)), ErrorCode.UNAVAILABLE);
        assertThatThrownBy(() -> log.find(OTHER_RUN)).isInstanceOf(FederationException.class);
    }

    /** Holds the syncing thread, so that groups are written and not synced; a lone one would hold the writing thread. */
    private void holdSyncsBehindTheWriter() {
        disk.holdSyncs();
        disk.holdWrites();
        CompletableFuture<List<Verdict>> unusedOne = appendLater(event(OTHER_RUN, "first", 1));
        await().until(disk::isWriting);
        CompletableFuture<List<Verdict>> unusedOther = appendLater(event(OTHER_RUN, "second", 2));
        disk.releaseWrites();
        await().until(() -> log.lastSequenceHint(OTHER_RUN) == 2);
    }

    private CompletableFuture<List<Verdict>> appendLater(IncomingEvent... events) {
        return log.append(EventLogs.from(Origin.PUSHED), List.of(events))
                .toCompletableFuture()
                .thenApply(EventLogs::plain);
    }

    private static void assertRefused(CompletableFuture<List<Verdict>> answer, ErrorCode code) {
        assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(FederationException.class, refusal -> assertThat(refusal.code())
                        .isEqualTo(code));
    }
}
