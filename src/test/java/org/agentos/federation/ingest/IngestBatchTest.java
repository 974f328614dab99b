package org.agentos.federation.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.agentos.federation.eventlog.ByteSlice;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.CursorCodec;
import org.agentos.federation.eventlog.CursorKeys;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.Position;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Source;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.eventlog.Verdict.Reason;
import org.agentos.federation.eventlog.Verdict.Status;
import org.junit.jupiter.api.Test;

class IngestBatchTest {
    private static final CursorKeys KEYS = CursorKeys.of(new byte[32]);
    private static final RunKey RUN = new RunKey("tnt_a", "run_1");
    private static final RunKey OTHER_RUN = new RunKey("tnt_a", "run_2");

    private final CursorCodec cursors = new CursorCodec(() -> KEYS, 1);

    @Test
    void shouldTakeARunOfSequencedEventsInSequenceOrder() {
        // Given
        IngestBatch batch = batch(event(RUN, "c", 3), event(OTHER_RUN, "x", 9), event(RUN, "a", 1), event(RUN, "b", 2));

        // When
        List<BatchEvent> ordered = batch.inLogOrder();

        // Then
        assertThat(ordered).extracting(event -> event.event().eventId()).containsExactly("a", "b", "c", "x");
        assertThat(ordered).extracting(BatchEvent::index).containsExactly(2, 3, 0, 1);
    }

    @Test
    void shouldTakeARunWithAnUnsequencedEventAsSent() {
        // Given
        IngestBatch batch = batch(event(RUN, "c", 3), event(RUN, "n", 0), event(RUN, "a", 1));

        // When
        List<BatchEvent> ordered = batch.inLogOrder();

        // Then
        assertThat(ordered).extracting(event -> event.event().eventId()).containsExactly("c", "n", "a");
    }

    @Test
    void shouldCountEveryEventOnceInTheAnswer() {
        // Given
        BatchEvent accepted = decided(0, Status.ACCEPTED, Reason.NONE, 1);
        BatchEvent mirrored = decided(1, Status.ACCEPTED, Reason.ALREADY_MIRRORED, 1);
        BatchEvent duplicate = decided(2, Status.DUPLICATE, Reason.NONE, 1);
        BatchEvent conflict = decided(3, Status.CONFLICT, Reason.OTHER_CONTENT, 2);
        BatchEvent late = decided(4, Status.LATE, Reason.SEALED, 2);
        BatchEvent invalid = BatchEvent.refused(5, new BatchEvent.Refusal("invalid", "run_id is missing"));
        IngestBatch batch = new IngestBatch(source(), List.of(accepted, mirrored, duplicate, conflict, late, invalid));

        // When
        IngestAnswer answer = new AnswerIngest(cursors).answer(batch, "cor_1");

        // Then
        String first = cursors.encode(RUN, new Position(1, 0), 7);
        assertThat(answer.accepted()).isEqualTo(2);
        assertThat(answer.rejected()).isEqualTo(4);
        assertThat(answer.duplicates()).isEqualTo(1);
        assertThat(answer.failed()).isEqualTo(3);
        assertThat(answer.correlationId()).isEqualTo("cor_1");
        assertThat(answer.cursors()).containsOnlyKeys("run_1");
        assertThat(cursors.decode(RUN, answer.cursors().get("run_1")).position())
                .isEqualTo(new Position(2, 0));
        assertThat(answer.results())
                .containsExactly(
                        new EventResult(1, "accepted", "already_mirrored", null, first),
                        new EventResult(2, "duplicate", null, null, first),
                        new EventResult(3, "conflict", "other_content", false, null),
                        new EventResult(4, "late", "sealed", false, null),
                        new EventResult(5, "invalid", "run_id is missing", false, null));
    }

    private static IngestBatch batch(IncomingEvent... events) {
        return IngestBatch.of(source(), List.of(events));
    }

    private static Source source() {
        return new Source(Origin.PUSHED, Optional.empty());
    }

    private static BatchEvent decided(int index, Status status, Reason reason, long sequence) {
        BatchEvent event = BatchEvent.open(index, event(RUN, "e" + index, sequence));
        event.decide(new Verdict(status, reason, new Cursor(new Position(sequence, 0), 7)));
        return event;
    }

    private static IncomingEvent event(RunKey run, String id, long sequence) {
        return new IncomingEvent(run, id, sequence, "", ByteSlice.of("{}".getBytes(StandardCharsets.UTF_8)));
    }
}
