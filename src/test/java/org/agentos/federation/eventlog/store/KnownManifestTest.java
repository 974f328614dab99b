package org.agentos.federation.eventlog.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known of a MANIFEST, of files made by hand. */
class KnownManifestTest {
    @TempDir
    Path directory;

    private Path database;
    private Path manifest;

    @BeforeEach
    void makeDatabase() throws IOException {
        database = Files.createDirectory(directory.resolve("rocksdb"));
        manifest = use(5, "the first edits");
        note();
    }

    @Test
    void shouldFindNothingWrongWithWhatWasAddedSince() throws IOException {
        // When
        add("and more");

        // Then
        assertThat(problem()).isEmpty();
    }

    @Test
    void shouldTellACutFromTheLastNoteOn() throws IOException {
        // Given
        try (KnownManifest known = open()) {
            known.note();
            add("and more");
            known.note();
        }

        // When
        Files.writeString(manifest, "the first edits");

        // Then
        assertThat(problem()).contains(manifest + " is cut to 15 of 23 bytes");
    }

    @Test
    void shouldTellAChangedByteOfWhatWasNotedInSteps() throws IOException {
        // Given
        try (KnownManifest known = open()) {
            known.note();
            add("and more");
            known.note();
        }
        assertThat(problem()).isEmpty();

        // When
        Files.writeString(manifest, "the first edits" + "and mare");

        // Then
        assertThat(problem()).contains(manifest + " is not as it was written");
    }

    @Test
    void shouldTakeAManifestThatANewerStartMade() throws IOException {
        // When
        use(9, "short");

        // Then
        assertThat(problem()).isEmpty();
    }

    @Test
    void shouldTellAnOlderManifest() throws IOException {
        // When
        Path older = use(3, "a longer list of edits than the first");

        // Then
        assertThat(problem()).contains(older + " is older than number 5, which was in use");
    }

    @Test
    void shouldTellWhatIsMissing() throws IOException {
        // When
        Files.delete(manifest);

        // Then
        assertThat(problem()).contains(manifest + " is missing");
        Files.delete(database.resolve("CURRENT"));
        Files.createFile(database.resolve("000004.log"));
        assertThat(problem()).contains(database.resolve("CURRENT") + " is missing or names no MANIFEST");
    }

    @Test
    void shouldLeaveAnEmptyDatabaseToTheCountOfGroups() throws IOException {
        // When
        Files.delete(manifest);
        Files.delete(database.resolve("CURRENT"));

        // Then
        assertThat(problem()).isEmpty();
    }

    @Test
    void shouldKnowWhatItKnewBeforeWhenItsLastNoteIsTorn() throws IOException {
        // Given
        try (KnownManifest known = open()) {
            known.note();
            add("and more");
            known.note();
        }
        byte[] notes = Files.readAllBytes(directory.resolve("known"));
        notes[10] ^= 1;
        Files.write(directory.resolve("known"), notes);

        // When
        Files.writeString(manifest, "the");

        // Then
        assertThat(problem()).contains(manifest + " is cut to 3 of 15 bytes");
    }

    @Test
    void shouldForgetWhatItKnewOfADatabaseThatWasGivenUp() throws IOException {
        // Given
        use(3, "made anew");

        // When
        note();

        // Then
        assertThat(problem()).isEmpty();
    }

    @Test
    void shouldKnowNothingWithoutItsFile() throws IOException {
        // When
        Files.write(directory.resolve("known"), Arrays.copyOf(new byte[0], 9000));

        // Then
        Files.writeString(manifest, "t");
        assertThat(problem()).isEmpty();
    }

    private Path use(int number, String content) throws IOException {
        String name = "MANIFEST-%06d".formatted(number);
        Files.writeString(database.resolve(name), content);
        Files.writeString(database.resolve("CURRENT"), name + "\n");
        return database.resolve(name);
    }

    private void add(String edits) throws IOException {
        Files.writeString(manifest, edits, StandardOpenOption.APPEND);
    }

    private void note() throws IOException {
        try (KnownManifest known = open()) {
            known.note();
        }
    }

    private Optional<String> problem() throws IOException {
        try (KnownManifest known = open()) {
            return known.problem();
        }
    }

    private KnownManifest open() throws IOException {
        return KnownManifest.open(directory.resolve("known"), database);
    }
}
