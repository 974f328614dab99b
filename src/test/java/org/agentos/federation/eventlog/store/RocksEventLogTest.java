package org.agentos.federation.eventlog.store;

import static org.agentos.federation.eventlog.store.EventLogs.OTHER_RUN;
import static org.agentos.federation.eventlog.store.EventLogs.RUN;
import static org.agentos.federation.eventlog.store.EventLogs.accepted;
import static org.agentos.federation.eventlog.store.EventLogs.append;
import static org.agentos.federation.eventlog.store.EventLogs.completed;
import static org.agentos.federation.eventlog.store.EventLogs.event;
import static org.agentos.federation.eventlog.store.EventLogs.everything;
import static org.agentos.federation.eventlog.store.EventLogs.push;
import static org.agentos.federation.eventlog.store.EventLogs.texts;
import static org.agentos.federation.eventlog.store.EventLogs.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.LogPage;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunEnd;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;
import org.agentos.federation.eventlog.StoredEvent;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.eventlog.Verdict.Reason;
import org.agentos.federation.eventlog.Verdict.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksEventLogTest {
    @TempDir
    Path directory;

    private RocksEventLog log;

    @BeforeEach
    void open() {
        log = EventLogs.open(directory);
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void shouldKeepEverythingOverAReopen() throws Exception {
        // Given
        push(log, event("a", 1), event("u", 0), event(OTHER_RUN, "a", 7));
        push(log, completed("z", 9));
        Optional<RunLog> run = log.find(RUN);
        List<StoredEvent> events = everything(log, RUN);
        long epoch = log.epoch();
        byte[] cursorKeys = log.cursorKeys().encode();

        // When
        log.close();
        log = EventLogs.open(directory);

        // Then
        assertThat(log.find(RUN)).isEqualTo(run);
        assertThat(run.orElseThrow().end()).contains(RunEnd.COMPLETED);
        assertThat(everything(log, RUN)).isEqualTo(events);
        assertThat(texts(events))
                .containsExactly(
                        "{\"event\":{\"event_id\":\"a\",\"sequence\":1,\"payload\":1}}",
                        "{\"event\":{\"event_id\":\"u\",\"sequence\":0,\"payload\":1}}",
                        "{\"event\":{\"event_id\":\"z\",\"sequence\":9,\"payload\":1}}");
        assertThat(log.epoch()).isEqualTo(epoch);
        assertThat(log.cursorKeys().encode()).isEqualTo(cursorKeys);
    }

    @Test
    void shouldNameTheEventBeforeEveryPosition() throws Exception {
        // Given
        push(log, event("u", 0));
        push(log, event("a", 3), event("v", 0));
        push(log, event("b", 8));
        RunLog run = log.find(RUN).orElseThrow();
        List<Cursor> ends = everything(log, RUN).stream().map(Cursor::after).toList();

        // When / Then
        assertThat(log.cursorAt(run, Position.START)).isEqualTo(Cursor.START);
        assertThat(log.cursorAt(run, new Position(2, 0))).isEqualTo(ends.get(0));
        assertThat(log.cursorAt(run, new Position(3, 0))).isEqualTo(ends.get(1));
        assertThat(log.cursorAt(run, new Position(5, 0))).isEqualTo(ends.get(2));
        assertThat(log.cursorAt(run, new Position(8, 0))).isEqualTo(ends.get(3));
    }

    @Test
    void shouldNameTheLastEventToThoseWhoseOwnIsRefused() throws Exception {
        // Given
        push(log, event("a", 3), event("v", 0));
        Cursor end = Cursor.after(everything(log, RUN).get(1));

        // When
        List<Verdict> verdicts = log.append(EventLogs.from(Origin.PUSHED), List.of(event("late", 2), event("other", 3)))
                .toCompletableFuture()
                .get();

        // Then
        assertThat(verdicts).extracting(Verdict::status).containsExactly(Verdict.Status.LATE, Verdict.Status.CONFLICT);
        assertThat(verdicts).extracting(Verdict::cursor).containsOnly(end);
    }

    @Test
    void shouldNotKnowARunWithoutEvents() {
        // Given
        RunKey unknown = new RunKey("tnt_a", "nobody");

        // When
        Optional<RunLog> found = log.find(unknown);

        // Then
        assertThat(found).isEmpty();
        assertThat(everything(log, unknown)).isEmpty();
        assertThat(log.tail(unknown, Position.START)).isEmpty();
        assertThat(log.probablyHolds(unknown, "a")).isFalse();
        assertThat(log.lastSequenceHint(unknown)).isZero();
    }

    @Test
    void shouldGiveHintsOfActiveRuns() throws Exception {
        // Given
        push(log, event("a", 4));

        // When
        boolean held = log.probablyHolds(RUN, "a");
        boolean other = log.probablyHolds(RUN, "b");

        // Then
        assertThat(held).isTrue();
        assertThat(other).isFalse();
        assertThat(log.lastSequenceHint(RUN)).isEqualTo(4);
    }

    @Test
    void shouldReadInPagesOverRecordBorders() throws Exception {
        // Given
        append(log, Origin.PUSHED, numbered(1, 700));
        append(log, Origin.PUSHED, numbered(701, 900));

        // When
        List<StoredEvent> paged = new ArrayList<>();
        LogPage page = new LogPage(List.of(), true);
        while (page.more()) {
            Position after = paged.isEmpty()
                    ? Position.START
                    : paged.get(paged.size() - 1).position();
            page = log.read(RUN, after, 97, Integer.MAX_VALUE);
            paged.addAll(page.events());
        }

        // Then
        assertThat(paged).isEqualTo(everything(log, RUN));
        assertThat(paged.stream().map(e -> e.position().sequence()))
                .isEqualTo(IntStream.rangeClosed(1, 900).mapToObj(i -> (long) i).toList());
    }

    @Test
    void shouldBoundAPageByBytesButNeverBelowOneEvent() throws Exception {
        // Given
        append(log, Origin.PUSHED, numbered(1, 3));

        // When
        LogPage page = log.read(RUN, Position.START, 10, 1);

        // Then
        assertThat(page.events()).hasSize(1);
        assertThat(page.more()).isTrue();
        assertThat(log.read(RUN, new Position(2, 0), 10, 1).more()).isFalse();
    }

    @Test
    void shouldStoreAnEventLargerThanARecord() throws Exception {
        // Given
        String big = "\"payload\":\"" + "x".repeat(LogRecord.MAX_BYTES) + "\"";

        // When
        push(log, event("a", 1), event(RUN, "b", 2, "", big), event("c", 3));

        // Then
        assertThat(everything(log, RUN)).hasSize(3);
    }

    @Test
    void shouldTailWhatIsInMemoryOnly() throws Exception {
        // Given
        append(log, Origin.PUSHED, numbered(1, 300));
        append(log, Origin.PUSHED, numbered(301, 310));
        push(log, event("u", 0));

        // When
        LogPage fromMiddle = log.tail(RUN, new Position(250, 0)).orElseThrow();
        LogPage newest = log.tail(RUN, new Position(309, 0)).orElseThrow();
        LogPage nothing = log.tail(RUN, new Position(310, 1)).orElseThrow();

        // Then
        assertThat(fromMiddle.events())
                .isEqualTo(log.read(RUN, new Position(250, 0), 1000, 1 << 20).events())
                .hasSize(61);
        assertThat(newest.events()).hasSize(2);
        assertThat(nothing.events()).isEmpty();
    }

    @Test
    void shouldPageTheTailForAReaderFarBehind() throws Exception {
        // Given
        append(log, Origin.PUSHED, numbered(1, 3000));
        List<Position> read = new ArrayList<>();

        // When
        LogPage first = log.tail(RUN, Position.START).orElseThrow();
        for (LogPage page = first; !page.events().isEmpty(); ) {
            page.events().forEach(event -> read.add(event.position()));
            page = log.tail(RUN, read.get(read.size() - 1)).orElseThrow();
        }

        // Then
        assertThat(first.more()).isTrue();
        assertThat(first.events()).hasSizeLessThan(1500);
        assertThat(read).hasSize(3000).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void shouldDropTheOldestOfAllTailsFirst() throws Exception {
        // Given
        log.close();
        log = EventLogs.open(EventLogs.settings(directory, 100_000, 2_000, false));
        push(log, event("a", 1));

        // When
        append(log, Origin.PUSHED, List.of(event(OTHER_RUN, "a", 1), event(OTHER_RUN, "b", 2)));
        for (int i = 3; i < 20; i++) {
            push(log, event(OTHER_RUN, "n" + i, i));
        }

        // Then
        assertThat(log.tail(RUN, Position.START)).isEmpty();
        assertThat(log.tail(RUN, new Position(1, 0)).orElseThrow().events()).isEmpty();
        assertThat(log.tail(OTHER_RUN, Position.START)).isEmpty();
        assertThat(log.tail(OTHER_RUN, new Position(18, 0)).orElseThrow().events())
                .hasSize(1);
        assertThat(everything(log, OTHER_RUN)).hasSize(19);
    }

    @Test
    void shouldCallWatchersOfTheRunUntilClosed() throws Exception {
        // Given
        AtomicInteger moved = new AtomicInteger();
        CompletableFuture<Void> called = new CompletableFuture<>();
        EventLog.Watch counting = log.watch(RUN, moved::incrementAndGet);
        EventLog.Watch faulty = log.watch(RUN, () -> {
            throw new IllegalStateException("a watcher's own fault");
        });
        EventLog.Watch signalling = log.watch(RUN, () -> called.complete(null));

        // When
        push(log, event(OTHER_RUN, "a", 1));
        push(log, event("a", 1));
        assertThat(called).succeedsWithin(Duration.ofSeconds(10));
        counting.close();
        faulty.close();
        signalling.close();
        push(log, event("b", 2));
        log.close();

        // Then
        assertThat(moved).hasValue(1);
    }

    @Test
    void shouldTakeConcurrentAppendsToOneRunOnce() {
        // Given
        List<IncomingEvent> events =
                IntStream.range(0, 400).mapToObj(i -> event("e" + i % 200, 0)).toList();

        // When
        List<CompletableFuture<List<Verdict>>> answers = events.parallelStream()
                .map(event -> log.append(EventLogs.from(Origin.PUSHED), List.of(event))
                        .toCompletableFuture())
                .toList();

        // Then
        assertThat(answers.stream().map(a -> a.join().get(0).status()).filter(Status.ACCEPTED::equals))
                .hasSize(200);
        assertThat(everything(log, RUN)).hasSize(200);
    }

    @Test
    void shouldLetIdleRunsGoAndBringThemBack() throws Exception {
        // Given
        log.close();
        log = EventLogs.open(EventLogs.settings(directory, 200, 1 << 20, false));
        push(log, event("a", 1));

        // When
        for (int i = 0; i < 50; i++) {
            push(log, event(new RunKey("tnt_a", "idle_" + i), "x", 1));
        }

        // Then
        assertThat(log.probablyHolds(RUN, "a")).isFalse();
        assertThat(log.find(RUN).orElseThrow().latest()).isEqualTo(new Position(1, 0));
        assertThat(push(log, event("a", 1)).get(0).status()).isEqualTo(Status.DUPLICATE);
    }

    @Test
    void shouldKeepTheIdsOfIdleRunsWithoutTheirPositions() throws Exception {
        // Given
        log.close();
        log = EventLogs.open(EventLogs.settings(directory, 1_000, 1 << 20, false));
        append(log, Origin.PUSHED, numbered(1, 400));

        // When
        for (int i = 0; i < 2; i++) {
            RunKey other = new RunKey("tnt_a", "other_" + i);
            append(
                    log,
                    Origin.PUSHED,
                    IntStream.rangeClosed(1, 400)
                            .mapToObj(n -> event(other, "x" + n, n))
                            .toList());
        }

        // Then
        assertThat(log.probablyHolds(RUN, "e7")).as("still in memory").isTrue();
        assertThat(push(log, event("e401", 401), event("e401", 401), event("e7", 7), event("e7", 402)))
                .containsExactly(
                        accepted(401, 0),
                        verdict(Status.DUPLICATE, Reason.NONE, 401, 0),
                        verdict(Status.DUPLICATE, Reason.NONE, 7, 0),
                        verdict(Status.CONFLICT, Reason.OTHER_CONTENT, 401, 0));
        assertThat(everything(log, RUN)).hasSize(401);
    }

    @Test
    void shouldRefuseARunThatOutgrowsTheDedupeTable() throws Exception {
        // Given
        log.close();
        log = EventLogs.open(EventLogs.settings(directory, 200, 1 << 20, false));
        append(log, Origin.PUSHED, numbered(1, 150));

        // When
        CompletableFuture<List<Verdict>> refused =
                log.append(EventLogs.from(Origin.PUSHED), numbered(151, 201)).toCompletableFuture();

        // Then
        assertThatThrownBy(refused::join).cause().isInstanceOfSatisfying(FederationException.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(refusal.retryable()).isFalse();
        });
        assertThat(append(log, Origin.PUSHED, numbered(151, 200))).hasSize(50);
    }

    @Test
    void shouldRefuseIdsThatCouldMixRuns() {
        // Given
        RunKey forged = new RunKey("tnt_a\0run_1", "x");

        // When
        CompletableFuture<List<Verdict>> refused = log.append(
                        EventLogs.from(Origin.PUSHED), List.of(event(forged, "a", 1)))
                .toCompletableFuture();

        // Then
        assertThatThrownBy(refused::join).hasCauseInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> KeyCodec.run(new RunKey("\ud800", "x"))).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<IncomingEvent> numbered(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> event("e" + i, i)).toList();
    }
}
