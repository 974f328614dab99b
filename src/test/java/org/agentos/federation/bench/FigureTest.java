package org.agentos.federation.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class FigureTest {
    @Test
    void shouldSayWhatOneTakesMoreThanTheOther() {
        // Given
        Figure gateway = figure("gateway", 1.5, 1.25, 2.0);
        Figure peer = figure("bare peer", 0.5, 0.25, 0.75);

        // When
        Figure added = gateway.less("forward, added", peer);

        // Then
        assertThat(added.values()).containsExactly(1.0, 0.75, 1.5);
        assertThat(added.row(Optional.empty()))
                .isEqualTo("| forward, added | gateway | 1 ms | 0.75 to 1.50 |  |  |  |  |");
    }

    @Test
    void shouldGiveTheRatioToABaselineAndNotToItself() {
        Figure gateway = figure("gateway", 3.0);

        assertThat(figure("bare peer", 2.0).row(Optional.of(gateway))).endsWith("| 1.50 |");
        assertThat(gateway.row(Optional.of(gateway))).endsWith("|  |");
    }

    @Test
    void shouldWriteNumbersWithTheDecimalsThatSaySomething() {
        assertThat(Figure.number(0.125)).isEqualTo("0.13");
        assertThat(Figure.number(12.34)).isEqualTo("12.3");
        assertThat(Figure.number(1_234_567.8)).isEqualTo("1,234,567.8");
        assertThat(Figure.number(0)).isEqualTo("0");
    }

    private static Figure figure(String server, double... values) {
        return new Figure("forward", server, "ms", values, 0, new Histogram(1));
    }
}
