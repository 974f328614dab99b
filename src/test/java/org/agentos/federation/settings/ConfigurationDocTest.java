package org.agentos.federation.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table in the documentation, the file operators edit and the code name the same keys, types and defaults. */
class ConfigurationDocTest {
    @Test
    void shouldDocumentExactlyTheKeysOfTheCode() throws IOException {
        // Given
        List<String> expected = Keys.all().stream().map(this::row).collect(Collectors.toList());

        // When
        List<String> rows = Files.readAllLines(Path.of("docs/configuration.md")).stream()
                .filter(line -> line.startsWith("| `federation."))
                .collect(Collectors.toList());

        // Then
        assertThat(rows).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void shouldShipEveryKeyWithItsDefault() throws IOException {
        // Given
        Properties shipped = new Properties();

        // When
        try (Reader reader = Files.newBufferedReader(Path.of("config/application.properties"))) {
            shipped.load(reader);
        }

        // Then
        assertThat(shipped)
                .containsExactlyInAnyOrderEntriesOf(
                        Keys.all().stream().collect(Collectors.toMap(Key::property, Key::defaultText)));
    }

    private String row(Key<?> key) {
        String defaultText = key.defaultText().isEmpty() ? "off" : "`" + key.defaultText() + "`";
        return "| `" + key.property() + "` | `" + key.variable() + "` | " + key.typeName() + " | " + defaultText + " | "
                + key.meaning() + " |";
    }
}
