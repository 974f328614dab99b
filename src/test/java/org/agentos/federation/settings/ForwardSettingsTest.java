package org.agentos.federation.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardSettingsTest {
    @ParameterizedTest
    @CsvSource({"1, 100", "2, 300", "3, 900", "4, 1000", "100, 1000"})
    void shouldGrowDelaysUpToTheLongest(int attempts, long millis) {
        assertThat(settings(0).delayAfter(attempts, new Random(1))).hasMillis(millis);
    }

    @Test
    void shouldVaryDelaysByTheirShare() {
        // Given
        ForwardSettings settings = settings(0.2);
        Random random = new Random(1);

        for (int i = 0; i < 100; i++) {
            // When
            Duration delay = settings.delayAfter(1, random);

            // Then
            assertThat(delay).isBetween(Duration.ofMillis(80), Duration.ofMillis(120));
        }
    }

    private static ForwardSettings settings(double jitter) {
        return new ForwardSettings(
                Path.of("index.json"),
                3,
                Duration.ofMillis(100),
                3,
                jitter,
                Duration.ofSeconds(1),
                Optional.empty(),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ofSeconds(2),
                64,
                256,
                Duration.ofMillis(250),
                64,
                Duration.ofHours(24),
                100_000);
    }
}
