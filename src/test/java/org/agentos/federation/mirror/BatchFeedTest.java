package org.agentos.federation.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Verdict;
import org.junit.jupiter.api.Test;

/** What one run may hold in memory, and in what steps it is stored. */
class BatchFeedTest {
    private static final int EVENT_BYTES = 32 * 1024;
    private static final int UNTIL_FULL = BatchFeed.WAITING_BYTES / EVENT_BYTES;
    private static final int UNTIL_FULL_WITH_GRANT = BatchFeed.GRANTED_BYTES / EVENT_BYTES;
    private static final long GRANT = 2L * (BatchFeed.GRANTED_BYTES - BatchFeed.WAITING_BYTES);

    private final List<List<Long>> batches = new ArrayList<>();
    private final List<CompletableFuture<List<Verdict>>> underWay = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private final List<Long> stored = new ArrayList<>();
    private long sequence;

    @Test
    void shouldStoreOneBatchAfterTheOtherEachOfAllThatWaited() {
        // Given
        BatchFeed feed = feed(new ReadAhead(0));
        read(feed, 1);
        read(feed, 2);
        read(feed, 1);

        // When
        settleNext();
        settleNext();

        // Then
        assertThat(batches).containsExactly(List.of(1L), List.of(2L, 3L, 4L));
        assertThat(stored).containsExactly(1L, 2L, 3L, 4L);
        assertThat(feed.idle()).isTrue();
    }

    @Test
    void shouldBeFullAtItsOwnBoundWhereNothingIsGranted() {
        // Given
        BatchFeed feed = feed(new ReadAhead(GRANT - 1));
        read(feed, 1);

        // When
        read(feed, UNTIL_FULL);

        // Then
        assertThat(feed.full()).isTrue();
    }

    @Test
    void shouldReadFurtherWithAGrantAndThenBeFull() {
        // Given
        BatchFeed feed = feed(new ReadAhead(GRANT));
        read(feed, 1);

        // When
        read(feed, UNTIL_FULL);
        boolean before = feed.full();
        read(feed, UNTIL_FULL_WITH_GRANT - UNTIL_FULL);

        // Then
        assertThat(before).isFalse();
        assertThat(feed.full()).isTrue();
    }

    @Test
    void shouldCountSmallEventsAsMoreThanTheirBytes() {
        // Given
        BatchFeed feed = feed(new ReadAhead(0));

        // When
        for (int i = 0; i < BatchFeed.WAITING_BYTES / 100; i++) {
            feed.add(event(2));
        }

        // Then
        assertThat(feed.full()).isTrue();
    }

    @Test
    void shouldNotMakeABatchOfMoreEventsThanOthersMayWaitFor() {
        // Given
        BatchFeed feed = feed(new ReadAhead(GRANT));
        for (int i = 0; i < BatchFeed.MAX_EVENTS + 1; i++) {
            feed.add(event(2));
        }

        // When
        feed.flush();
        settleNext();

        // Then
        assertThat(batches).extracting(List::size).containsExactly(BatchFeed.MAX_EVENTS, 1);
    }

    @Test
    void shouldLeaveItsGrantToOthersOnceItIsSlowAgain() {
        // Given
        ReadAhead ahead = new ReadAhead(GRANT);
        BatchFeed feed = feed(ahead);
        read(feed, UNTIL_FULL);
        boolean takenWhileStoring = !ahead.take(GRANT);

        // When
        settleNext();

        // Then
        assertThat(takenWhileStoring).isTrue();
        assertThat(ahead.take(GRANT)).isTrue();
    }

    @Test
    void shouldKeepItsGrantWhileABatchThatWasGivenUpIsStillBeingStored() {
        // Given
        ReadAhead ahead = new ReadAhead(GRANT);
        BatchFeed feed = feed(ahead);
        read(feed, UNTIL_FULL);

        // When
        feed.drop();
        boolean takenWhileStoring = !ahead.take(GRANT);
        settleNext();

        // Then
        assertThat(takenWhileStoring).isTrue();
        assertThat(ahead.take(GRANT)).isTrue();
    }

    @Test
    void shouldForgetWhatWaitsBehindABatchThatFailed() {
        // Given
        ReadAhead ahead = new ReadAhead(GRANT);
        BatchFeed feed = feed(ahead);
        read(feed, 1);
        read(feed, UNTIL_FULL);

        // When
        underWay.get(0).completeExceptionally(new IllegalStateException("disk"));

        // Then
        assertThat(batches).containsExactly(List.of(1L));
        assertThat(failures).hasSize(1);
        assertThat(feed.idle()).isTrue();
        assertThat(ahead.take(GRANT)).isTrue();
    }

    private BatchFeed feed(ReadAhead ahead) {
        MirroredRun run = MirrorFixture.run(URI.create("http://localhost"));
        MirrorSink sink = (of, events, loop) -> {
            batches.add(sequences(events));
            underWay.add(new CompletableFuture<>());
            return underWay.get(underWay.size() - 1);
        };
        return new BatchFeed(
                run, sink, Runnable::run, ahead, (events, verdicts) -> stored.addAll(sequences(events)), failures::add);
    }

    /** As when a chunk with so many events comes. */
    private void read(BatchFeed feed, int events) {
        for (int i = 0; i < events; i++) {
            feed.add(event(EVENT_BYTES));
        }
        feed.flush();
    }

    private IncomingEvent event(int bytes) {
        sequence++;
        return new IncomingEvent(MirrorFixture.RUN, "evt_" + sequence, sequence, "", ByteSlice.of(new byte[bytes]));
    }

    private void settleNext() {
        int next = (int) underWay.stream().filter(CompletableFuture::isDone).count();
        Verdict accepted = new Verdict(Verdict.Status.ACCEPTED, Verdict.Reason.NONE, Cursor.START);
        int size = batches.get(next).size();
        underWay.get(next).complete(Stream.generate(() -> accepted).limit(size).toList());
    }

    private static List<Long> sequences(List<IncomingEvent> events) {
        return events.stream().map(IncomingEvent::sequence).toList();
    }
}
