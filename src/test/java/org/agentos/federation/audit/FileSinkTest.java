package org.agentos.federation.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSinkTest {

    @Test
    void shouldGoOnAfterFailedWriteWithoutALineOfIt(@TempDir Path folder) throws IOException {
        // Given
        Path file = folder.resolve("new/audit.log");
        FileSink sink = new FileSink(file);
        sink.write(List.of("one"));
        Thread.currentThread().interrupt(); // closes the channel under the write

        // When
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> sink.write(List.of("two")));
        boolean interrupted = Thread.interrupted();
        sink.write(List.of("three", "four"));
        sink.close();

        // Then
        assertThat(interrupted).isTrue();
        assertThat(Files.readString(file)).isEqualTo("one\nthree\nfour\n");
    }
}
