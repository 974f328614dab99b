package org.agentos.federation.drills;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The judge of the drills must find a fault where there is one: its negative control. */
class FindingsTest {
    private static final String RUN = "run_1";
    private static final List<Long> WHOLE = List.of(1L, 2L, 3L, 4L);

    @Test
    void shouldFindNothingInAWholeHistory() {
        assertThat(Findings.ofLog(RUN, 3, 5, WHOLE).isClean()).isTrue();
        assertThat(Findings.ofReading(RUN, List.of(1L, 2L), WHOLE).isClean()).isTrue();
        assertThat(Findings.ofForwards(Map.of("k", "r"), Map.of("k", "r"), Map.of("k", Set.of("r")))
                        .isClean())
                .isTrue();
    }

    @Test
    void shouldFindWhatIsLost() {
        assertThat(Findings.ofLog(RUN, 5, 5, WHOLE).lost()).containsExactly("run_1/5");
        assertThat(Findings.ofLog(RUN, 1, 5, List.of(1L, 3L)).lost()).containsExactly("run_1/2");
        assertThat(Findings.ofLog(RUN, 2, 2, List.of()).lost()).hasSize(2);
        assertThat(Findings.ofReading(RUN, List.of(1L, 2L, 3L, 4L, 5L), WHOLE).lost())
                .containsExactly("read and gone run_1/5");
        assertThat(Findings.ofReading(RUN, List.of(1L, 3L), WHOLE).lost()).containsExactly("skipped run_1/2");
    }

    @Test
    void shouldFindWhatIsDoubled() {
        assertThat(Findings.ofLog(RUN, 4, 4, List.of(1L, 2L, 2L, 3L, 4L)).counts())
                .containsEntry("doubled", 1)
                .containsEntry("lost", 0)
                .containsEntry("out_of_order", 0);
        assertThat(Findings.ofReading(RUN, List.of(1L, 2L, 1L), WHOLE).doubled())
                .hasSize(1);
    }

    @Test
    void shouldFindWhatIsOutOfOrder() {
        assertThat(Findings.ofLog(RUN, 4, 4, List.of(1L, 3L, 2L, 4L)).counts())
                .containsEntry("out_of_order", 1)
                .containsEntry("lost", 0)
                .containsEntry("doubled", 0);
        assertThat(Findings.ofReading(RUN, List.of(2L, 1L), WHOLE).reordered()).hasSize(1);
    }

    @Test
    void shouldFindWhatNobodySent() {
        assertThat(Findings.ofLog(RUN, 3, 3, WHOLE).foreign()).containsExactly("run_1/4");
        assertThat(Findings.ofLog(RUN, 1, 1, List.of(1L, Events.FOREIGN)).foreign())
                .containsExactly("run_1/-1");
        assertThat(Events.sequenceIn(RUN, Events.envelope(RUN, 7))).isEqualTo(7);
        assertThat(Events.sequenceIn(RUN, Events.envelope(RUN, 7).replace("xx", "xy")))
                .isEqualTo(Events.FOREIGN);
        assertThat(Events.sequenceIn(RUN, "{\"event\":")).isEqualTo(Events.FOREIGN);
    }

    @Test
    void shouldFindARunThatWasStartedTwiceOrChanged() {
        assertThat(Findings.ofForwards(Map.of(), Map.of(), Map.of("k", Set.of("r", "s")))
                        .startedTwice())
                .hasSize(1);
        assertThat(Findings.ofForwards(Map.of("k", "r"), Map.of("k", "s"), Map.of("k", Set.of("r")))
                        .lost())
                .hasSize(1);
        assertThat(Findings.ofForwards(Map.of("k", "r"), Map.of(), Map.of("k", Set.of("r")))
                        .lost())
                .hasSize(1);
        assertThat(Findings.ofForwards(Map.of("k", "r"), Map.of("k", "r"), Map.of())
                        .foreign())
                .hasSize(1);
    }
}
