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

    @Test
    void shouldWriteLinesAgainThatAFailedForceLeftInDoubt(@TempDir Path folder) throws IOException {
        // Given
        Path file = folder.resolve("audit.log");
        FileSink sink = new FileSink(file);
        sink.write(List.of("one"));
        sink.force();
        sink.write(List.of("two"));
        Thread.currentThread().interrupt(); // closes the channel under the fsync

        // When
        assertThatExceptionOfType(IOException.class).isThrownBy(sink::force);
        boolean interrupted = Thread.interrupted();
        Files.writeString(file, "one\n"); // what was not fsynced is lost
        sink.write(List.of("three"));
        sink.close();

        // Then
        assertThat(interrupted).isTrue();
        assertThat(Files.readString(file)).isEqualTo("one\ntwo\nthree\n");
    }

    @Test
    void shouldBoundWhatWaitsForAnFsync(@TempDir Path folder) throws IOException {
        // Given
        FileSink sink = new FileSink(folder.resolve("audit.log"));
        sink.write(List.of("x".repeat(FileSink.MAX_UNFORCED_BYTES)));
        Thread.currentThread().interrupt();

        // When / Then
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> sink.write(List.of("two")));
        assertThat(Thread.interrupted()).isTrue();
        sink.write(List.of("three"));
        sink.close();
        assertThat(Files.readString(folder.resolve("audit.log"))).endsWith("x\nthree\n");
    }
}
