package org.agentos.federation.drills;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.agentos.federation.drills.Timeline.Append;
import org.agentos.federation.drills.Timeline.Reading;
import org.agentos.federation.drills.Timeline.Told;
import org.junit.jupiter.api.Test;

/** The check of histories must refuse those that no order explains. */
class TimelineTest {
    private final Timeline timeline = new Timeline();

    @Test
    void shouldExplainOverlappingAppendsInAnyOrder() {
        append("a", 1, 5, Told.ACCEPTED);
        append("b", 2, 4, Told.ACCEPTED);
        append("a", 3, 6, Told.DUPLICATE);
        timeline.add(new Reading(List.of(), 0, 2));
        assertThat(timeline.faults(List.of("b", "a"))).isEmpty();
        assertThat(timeline.faults(List.of("a", "b"))).isEmpty();
    }

    @Test
    void shouldRefuseAnOrderAgainstTime() {
        append("a", 1, 2, Told.ACCEPTED);
        append("b", 3, 4, Told.ACCEPTED);
        assertThat(timeline.faults(List.of("a", "b"))).isEmpty();
        assertThat(timeline.faults(List.of("b", "a"))).hasSize(1);
    }

    @Test
    void shouldRefuseWhatIsLostDoubledOrNobodys() {
        append("a", 1, 2, Told.ACCEPTED);
        assertThat(timeline.faults(List.of())).hasSize(1);
        assertThat(timeline.faults(List.of("a", "a"))).hasSize(1);
        assertThat(timeline.faults(List.of("a", "b"))).hasSize(1);
        append("a", 3, 4, Told.ACCEPTED);
        assertThat(timeline.faults(List.of("a"))).containsExactly("a was accepted twice");
    }

    @Test
    void shouldRefuseADuplicateBeforeItsOriginal() {
        append("a", 1, 2, Told.DUPLICATE);
        append("a", 3, 4, Told.ACCEPTED);
        assertThat(timeline.faults(List.of("a"))).hasSize(1);
    }

    @Test
    void shouldRefuseAReadingThatIsStaleOrAheadOrReordered() {
        append("a", 1, 2, Told.ACCEPTED);
        append("b", 5, 6, Told.ACCEPTED);
        timeline.add(new Reading(List.of("a"), 3, 4));
        assertThat(timeline.faults(List.of("a", "b"))).isEmpty();
        timeline.add(new Reading(List.of(), 3, 4));
        assertThat(timeline.faults(List.of("a", "b")))
                .containsExactly("a was acknowledged before a reading that lacks it");
        timeline.add(new Reading(List.of("a", "b"), 3, 4));
        timeline.add(new Reading(List.of("b"), 7, 8));
        assertThat(timeline.faults(List.of("a", "b"))).hasSize(3);
    }

    private void append(String event, long called, long answered, Told told) {
        timeline.add(new Append(event, called, answered, told));
    }
}
