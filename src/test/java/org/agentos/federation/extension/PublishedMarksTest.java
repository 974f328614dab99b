package org.agentos.federation.extension;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.agentos.federation.component.EventLogHeaders;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

class PublishedMarksTest {
    private static final int MANY = 5 * PublishedMarks.MOST_FIRST;

    @Test
    void shouldForgetTheOldestBeyondItsBound() {
        // When
        PublishedMarks marks = after(PublishedMarks.NONE, 1, MANY, 1);

        // Then
        assertThat(marks.first()).hasSize(PublishedMarks.MOST_FIRST);
        assertThat(marks.holds(mark(MANY - PublishedMarks.MOST_FIRST + 1))).isTrue();
        assertThat(marks.holds(mark(MANY - PublishedMarks.MOST_FIRST))).isFalse();
    }

    @Test
    void shouldKeepWhatIsUnderway() {
        // Given
        PublishedMarks marks = after(PublishedMarks.NONE, 1, 3, 1);

        // When
        for (int event = 4; event <= MANY; event++) {
            marks = marks.and(List.of(event(event, 1)), mark(2)::equals);
        }

        // Then
        assertThat(marks.holds(mark(2))).isTrue();
        assertThat(marks.holds(mark(3))).isFalse();
    }

    @Test
    void shouldKeepDeadLettersApartFromNewEvents() {
        // Given
        PublishedMarks redriven = after(PublishedMarks.NONE, 1, 1, 2);

        // When
        PublishedMarks marks = after(redriven, 2, MANY, 1);
        PublishedMarks later = after(marks, MANY + 1, MANY + PublishedMarks.MOST_AGAIN, 2);

        // Then
        assertThat(marks.holds(mark(1))).isTrue();
        assertThat(later.holds(mark(1))).isFalse();
        assertThat(later.again()).hasSize(PublishedMarks.MOST_AGAIN);
        assertThat(later.first()).hasSize(PublishedMarks.MOST_FIRST);
    }

    @Test
    void shouldTellAnotherEventAtThePositionFromARepeat() {
        // Given
        PublishedMarks marks = after(PublishedMarks.NONE, 1, 1, 1);
        Exchange other = Messages.event("run_2", "1.0", "{}");
        other.getMessage().setHeader(EventLogHeaders.EVENT_TYPE, "");

        // When
        String mark = KafkaEvent.of(other.getMessage()).mark();

        // Then
        assertThat(mark).startsWith("1.0:");
        assertThat(marks.holds(mark)).isFalse();
    }

    static PublishedMarks after(PublishedMarks before, int from, int to, int attempt) {
        return before.and(
                IntStream.rangeClosed(from, to)
                        .mapToObj(event -> event(event, attempt))
                        .toList(),
                mark -> false);
    }

    private static KafkaEvent event(int event, int attempt) {
        Exchange exchange = Messages.event("run_1", event + ".0", "{}");
        exchange.getMessage().setHeader(EventLogHeaders.EVENT_TYPE, "");
        exchange.getMessage().setHeader(EventLogHeaders.DELIVERY_ATTEMPT, attempt);
        return KafkaEvent.of(exchange.getMessage());
    }

    private static String mark(int event) {
        return event(event, 1).mark();
    }
}
