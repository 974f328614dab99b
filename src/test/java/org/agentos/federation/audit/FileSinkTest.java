package org.agentos.federation.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agentos.federation.settings.AuditKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileSinkTest {
    private static final Rotation NEVER = new Rotation(1L << 40, Duration.ZERO, 0);

    @TempDir
    Path folder;

    private AuditFiles files;
    private Instant now = Instant.parse("2026-01-02T03:04:05Z");

    @BeforeEach
    void name() {
        files = new AuditFiles(folder.resolve("new/audit.log"));
    }

    @Test
    void shouldGoOnAfterFailedWriteWithoutALineOfIt() throws IOException {
        // Given
        FileSink sink = sink(NEVER);
        String one = write(sink, "one");
        Thread.currentThread().interrupt(); // closes the channel under the write

        // When
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> write(sink, "two"));
        boolean interrupted = Thread.interrupted();
        String three = write(sink, "three");
        sink.close();

        // Then
        assertThat(interrupted).isTrue();
        assertThat(Files.readString(files.active())).isEqualTo(one + "\n" + three + "\n");
        assertThat(problem()).isEmpty();
    }

    @Test
    void shouldLeaveLinesInPlaceThatWereKeptBeforeAFailedWrite() throws IOException {
        // Given
        FileSink sink = sink(NEVER);
        String one = write(sink, "one");
        sink.force();
        String two = write(sink, "two");
        Thread.currentThread().interrupt(); // closes the channel under the write
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> write(sink, "three"));
        boolean interrupted = Thread.interrupted();
        String inPlace = two.replace("two", "TWO"); // shows if it is taken out and written again
        Files.writeString(files.active(), one + "\n" + inPlace + "\n{\"time\":\"20");

        // When
        String four = write(sink, "four");
        sink.close();

        // Then
        assertThat(interrupted).isTrue();
        assertThat(Files.readString(files.active())).isEqualTo(one + "\n" + inPlace + "\n" + four + "\n");
    }

    @Test
    void shouldBeItsOwnersAloneUnlessAnOperatorSaysOtherwise() throws IOException {
        // Given
        FileSink sink = sink(new Rotation(600, Duration.ZERO, 0));
        write(sink, "one");
        assertThat(permissions(files.folder())).isEqualTo("rwx------");
        assertThat(permissions(files.active())).isEqualTo("rw-------");
        assertThat(permissions(files.head())).isEqualTo("rw-------");

        // When
        Files.setPosixFilePermissions(files.active(), PosixFilePermissions.fromString("rw-r-----"));
        write(sink, "two");
        write(sink, "three");
        sink.close();

        // Then
        assertThat(files.older(1)).exists();
        assertThat(permissions(files.active())).isEqualTo("rw-r-----");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "another secret of somebody"})
    void shouldNotStartWithAHeadThatSomebodyWithoutTheKeyHasMade(String forger) throws IOException {
        // Given
        ChainKey key = key("the secret of this trail");
        FileSink sink = new FileSink(files, NEVER, key, () -> now);
        String one = write(sink, "one", key);
        write(sink, "two", key);
        sink.close();

        // When
        Files.writeString(files.active(), one + "\n");
        Files.delete(files.head());
        try (HeadFile forged = new HeadFile(files.head())) {
            forged.begin(1000, new Head(0, 1, 1, one.length() + 1, AuditLine.hashOf(one)), key(forger));
        }

        // Then
        assertThatIOException()
                .isThrownBy(() -> new FileSink(files, NEVER, key, () -> now))
                .withMessageStartingWith(
                        "has records under the key that is set, and a head, audit.log.head, that is not");
    }

    private static ChainKey key(String secret) {
        return secret.isEmpty() ? ChainKey.NONE : ChainKey.of(AuditKey.of(secret.getBytes(StandardCharsets.UTF_8)));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void shouldWriteLinesAgainThatAFailedForceLeftInDoubt() throws IOException {
        // Given
        FileSink sink = sink(NEVER);
        String one = write(sink, "one");
        sink.force();
        String two = write(sink, "two");
        Thread.currentThread().interrupt(); // closes the channel under the fsync

        // When
        assertThatExceptionOfType(IOException.class).isThrownBy(sink::force);
        boolean interrupted = Thread.interrupted();
        Files.writeString(files.active(), one + "\n"); // what was not fsynced is lost
        String three = write(sink, "three");
        sink.close();

        // Then
        assertThat(interrupted).isTrue();
        assertThat(Files.readString(files.active())).isEqualTo(one + "\n" + two + "\n" + three + "\n");
        assertThat(problem()).isEmpty();
    }

    @Test
    void shouldBoundWhatWaitsForAnFsync() throws IOException {
        // Given
        FileSink sink = sink(NEVER);
        for (int bytes = 0; bytes < FileSink.MAX_UNFORCED_BYTES; ) {
            bytes += write(sink, "x".repeat(1000)).length();
        }
        Thread.currentThread().interrupt();

        // When / Then
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> write(sink, "two"));
        assertThat(Thread.interrupted()).isTrue();
        String three = write(sink, "three");
        sink.close();
        assertThat(Files.readString(files.active())).endsWith("\n" + three + "\n");
    }

    @Test
    void shouldBeginTheNextFileWithTheHashAndTheNameOfTheOneBefore() throws IOException {
        // Given
        FileSink sink = sink(new Rotation(600, Duration.ZERO, 0));
        write(sink, "one");
        String two = write(sink, "two");

        // When
        String three = write(sink, "three");
        sink.close();

        // Then
        List<String> next = Files.readAllLines(files.active());
        assertThat(Files.readAllLines(files.older(1))).hasSize(2).endsWith(two);
        assertThat(next).hasSize(2).endsWith(three);
        assertThat(next.get(0))
                .contains("\"action\":\"federation.audit.rotate\",\"resource\":\"audit.log.00000001\"")
                .contains("\"meta\":{\"file\":2,\"oldest_file\":1,\"previous_records\":2}")
                .contains("\"prev\":\"" + AuditLine.hashOf(two) + "\"");
        assertThat(problem()).isEmpty();
    }

    @Test
    void shouldRotateByAge() throws IOException {
        // Given
        FileSink sink = sink(new Rotation(1L << 40, Duration.ofHours(1), 0));
        write(sink, "one");
        write(sink, "two");
        now = now.plus(Duration.ofMinutes(59));
        write(sink, "three");

        // When
        now = now.plus(Duration.ofMinutes(1));
        write(sink, "four");
        sink.close();

        // Then
        assertThat(Files.readAllLines(files.older(1))).hasSize(3);
        assertThat(Files.readAllLines(files.active())).hasSize(2);
    }

    @Test
    void shouldKeepAsManyFilesAsItIsTold() throws IOException {
        // Given
        FileSink sink = sink(new Rotation(1, Duration.ZERO, 2));

        // When
        for (int i = 0; i < 10; i++) {
            write(sink, "x" + i);
        }
        sink.close();

        // Then
        assertThat(files.olderOnes()).hasSize(2);
        assertThat(problem()).isEmpty();
        Files.delete(files.olderOnes().firstEntry().getValue());
        assertThat(problem()).hasValueSatisfying(text -> assertThat(text).endsWith(" is missing"));
    }

    @Test
    void shouldGoOnOverRestartsInTheMiddleOfARotation() throws IOException {
        // Given: renamed, and nothing more
        FileSink sink = sink(NEVER);
        write(sink, "one");
        sink.close();
        Files.move(files.active(), files.older(1));
        assertThat(problem()).isEmpty();

        // When
        FileSink second = sink(NEVER);
        write(second, "two");
        second.close();

        // Then
        assertThat(Files.readAllLines(files.active())).hasSize(2);
        assertThat(problem()).isEmpty();

        // Given: the next file is begun, its first line is not whole
        Files.move(files.active(), files.older(2));
        Files.writeString(files.active(), "{\"time\":\"2026");
        FileSink third = sink(NEVER);
        write(third, "three");
        third.close();
        assertThat(problem()).isEmpty();
        assertThat(TrailEnd.numberOf(files.active())).isEqualTo(3);
    }

    @Test
    void shouldGoOnWhenTheHeadWasNotNotedAfterARotation() throws IOException {
        // Given
        FileSink sink = sink(new Rotation(600, Duration.ZERO, 0));
        write(sink, "one");
        write(sink, "two");
        sink.force();
        byte[] before = Files.readAllBytes(files.head());
        write(sink, "three");
        sink.close();
        Files.write(files.head(), before);

        // When
        FileSink second = sink(NEVER);
        write(second, "four");
        second.close();

        // Then
        assertThat(problem()).isEmpty();
        assertThat(Files.readAllLines(files.active())).hasSize(3);
    }

    @Test
    void shouldNotStartOverAnEndThatWasCutOff() throws IOException {
        // Given
        FileSink sink = sink(NEVER);
        String one = write(sink, "one");
        write(sink, "two");
        sink.close();

        // When
        Files.writeString(files.active(), one + "\n");

        // Then
        assertThatIOException()
                .isThrownBy(() -> sink(NEVER))
                .withMessageStartingWith("ends before record 2 of file 1, of which audit.log.head tells");
        Files.delete(files.active());
        assertThatIOException().isThrownBy(() -> sink(NEVER)).withMessageStartingWith("ends before record 2");
    }

    @Test
    void shouldNotStartWithoutTheHeadThatTellsOfTheEnd() throws IOException {
        // Given
        FileSink sink = sink(NEVER);
        String one = write(sink, "one");
        write(sink, "two");
        sink.close();
        Files.writeString(files.active(), one + "\n");

        // When
        Files.delete(files.head());

        // Then
        assertThatIOException().isThrownBy(() -> sink(NEVER)).withMessageStartingWith("has no head, audit.log.head");
        assertThat(Files.readString(files.active())).isEqualTo(one + "\n");
        Files.write(files.head(), new byte[2 * Head.LENGTH]);
        assertThatIOException().isThrownBy(() -> sink(NEVER)).withMessageStartingWith("has no head, audit.log.head");
    }

    @Test
    void shouldTellALineCutShortByACrashFromOneThatWasCutOff() throws IOException {
        // Given
        FileSink sink = sink(NEVER);
        write(sink, "one");
        String two = write(sink, "two");
        sink.close();
        String whole = Files.readString(files.active());

        // When
        Files.writeString(files.active(), "{\"time\":\"20", StandardOpenOption.APPEND);
        AuditVerifier.Verdict crashed = new AuditVerifier(files.active(), List.of()).verify();
        Files.writeString(files.active(), whole.substring(0, whole.length() - two.length() / 2));
        AuditVerifier.Verdict cut = new AuditVerifier(files.active(), List.of()).verify();

        // Then
        assertThat(crashed.problem()).isEmpty();
        assertThat(crashed.notes()).anyMatch(note -> note.contains(" line 3 is being written, or was cut short"));
        assertThat(cut.problem())
                .hasValue(files.active() + " line 2 is missing: the file was cut off, it had 2 records");
    }

    private FileSink sink(Rotation rotation) throws IOException {
        return new FileSink(files, rotation, ChainKey.NONE, () -> now);
    }

    private Optional<String> problem() throws IOException {
        return new AuditVerifier(files.active(), List.of()).verify().problem();
    }

    private String write(FileSink sink, String resource) throws IOException {
        return write(sink, resource, ChainKey.NONE);
    }

    private String write(FileSink sink, String resource, ChainKey key) throws IOException {
        AuditRecord record = new AuditRecord(
                now,
                Optional.of("tnt_a"),
                Optional.empty(),
                "action",
                resource,
                AuditRecord.Outcome.ALLOWED,
                "cor_1",
                "req_1",
                Optional.empty(),
                Map.of());
        String line = AuditLine.chained(AuditLine.opened(record), sink.ready(), key);
        sink.write(List.of(line));
        return line;
    }
}
