package org.agentos.federation.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessGaugesTest {
    @TempDir
    Path data;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void shouldTellWhatIsUsedAndWhatThereIs() {
        // When
        new ProcessGauges(registry).register(data);

        // Then
        assertThat(value("heap_used_bytes")).isPositive().isLessThanOrEqualTo(value("heap_max_bytes"));
        assertThat(value("open_files")).isPositive().isLessThanOrEqualTo(value("open_files_max"));
        assertThat(value("disk_free_bytes")).isPositive();
    }

    @Test
    void shouldTellNothingOfADiskThatIsGone() {
        // When
        new ProcessGauges(registry).register(data.resolve("gone"));

        // Then
        assertThat(value("disk_free_bytes")).isNaN();
    }

    private double value(String name) {
        return registry.get("agentos_federation_" + name).gauge().value();
    }
}
