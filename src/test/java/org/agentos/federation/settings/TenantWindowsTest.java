package org.agentos.federation.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TenantWindowsTest {
    @TempDir
    Path home;

    @Test
    void shouldLayATenantsWindowsOverTheCommonOnes() throws IOException {
        // Given
        write("""
                federation.retention.max-age=2d
                federation.retention.max-bytes=4096
                federation.retention.tenant.acme.eu.max-age=12h
                federation.retention.tenant.acme.eu.max-events=10
                federation.retention.tenant.b\\:c.max-bytes=0
                """);

        // When
        RetentionSettings read = SettingsLoader.load(home, Map.of()).retention();

        // Then
        assertThat(read.windowOf("acme.eu")).isEqualTo(new RetentionWindow(Duration.ofHours(12), 4096, 10));
        assertThat(read.windowOf("b:c")).isEqualTo(new RetentionWindow(Duration.ofDays(2), 0, 0));
        assertThat(read.windowOf("anyone")).isEqualTo(new RetentionWindow(Duration.ofDays(2), 4096, 0));
    }

    @Test
    void shouldReportEveryWindowThatIsNone() throws IOException {
        // Given
        write("""
                federation.retention.tenant.a.max-age=week
                federation.retention.tenant.a.max-evens=1
                federation.retention.tenant.max-age=1d
                """);

        // When / Then
        assertThatThrownBy(() -> SettingsLoader.load(home, Map.of()))
                .isInstanceOfSatisfying(StartupException.class, refused -> assertThat(refused.problems())
                        .containsExactlyInAnyOrder(
                                "federation.retention.tenant.a.max-age must be a duration from 1s to 3650d"
                                        + " (ms, s, m, h, d), is \"week\"",
                                "unknown property federation.retention.tenant.a.max-evens; a tenant's retention is set"
                                        + " by federation.retention.tenant.<tenant>.max-age, .max-bytes and .max-events",
                                "unknown property federation.retention.tenant.max-age; a tenant's retention is set by"
                                        + " federation.retention.tenant.<tenant>.max-age, .max-bytes and .max-events"));
    }

    private void write(String properties) throws IOException {
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/application.properties"), properties);
    }
}
