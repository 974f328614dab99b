package org.agentos.federation.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class BesideTest {
    @Test
    void shouldGiveWhatTheCounterRoseByForEachAnswerOfTheRepetitions() throws Exception {
        // Given
        Iterator<Double> calls = List.of(0.0, 7.0, 10.0, 12.0, 20.0, 23.0).iterator();
        Beside beside = Beside.perAnswer(time -> twoAnswers(), calls::next);

        // When
        for (int stretch = 0; stretch < 3; stretch++) {
            assertThat(beside.run(Duration.ZERO).answersPerSecond()).isEqualTo(2);
        }

        // Then
        assertThat(beside.last(2)).containsExactly(1.0, 1.5);
    }

    private static Load.Stretch twoAnswers() {
        Histogram nanos = new Histogram(3);
        nanos.recordValue(1);
        nanos.recordValue(2);
        return new Load.Stretch(2, 0, nanos);
    }
}
