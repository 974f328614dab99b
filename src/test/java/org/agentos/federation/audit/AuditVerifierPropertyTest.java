package org.agentos.federation.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.agentos.federation.settings.AuditKey;

/** Whatever is done to the files of a trail, the first place where it shows is named. */
class AuditVerifierPropertyTest {
    private static final AuditKey KEY = AuditKey.of("a secret of some length\n".getBytes(StandardCharsets.UTF_8));
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    /** Two lines and the first one of the next file go beyond it. */
    private static final Rotation TWO_RECORDS = new Rotation(700, Duration.ZERO, 0);

    @Property(tries = 300)
    void shouldNameTheLineThatWasEdited(
            @ForAll boolean keyed, @ForAll int line, @ForAll int place, @ForAll @IntRange(min = 1, max = 255) int bits)
            throws IOException {
        try (Trail trail = new Trail(keyed, 7)) {
            // Given
            Line edited = trail.lines().get(Math.floorMod(line, trail.lines().size()));
            byte[] bytes = Files.readAllBytes(edited.file());
            int at = edited.from() + Math.floorMod(place, edited.length());

            // When
            bytes[at] ^= (byte) bits;
            Files.write(edited.file(), bytes);

            // Then
            assertThat(trail.problem()).hasValueSatisfying(text -> assertThat(text)
                    .startsWith(edited.file() + " line " + edited.number() + " "));
        }
    }

    @Property(tries = 100)
    void shouldNameTheLineAfterOneThatWasRemoved(@ForAll boolean keyed, @ForAll int line) throws IOException {
        try (Trail trail = new Trail(keyed, 7)) {
            // Given
            Line removed = trail.lines().get(Math.floorMod(line, trail.lines().size()));
            List<String> lines = new ArrayList<>(Files.readAllLines(removed.file()));

            // When
            lines.remove(removed.number() - 1);
            Files.write(removed.file(), lines);

            // Then
            assertThat(trail.problem()).hasValueSatisfying(text -> assertThat(text)
                    .satisfiesAnyOf(
                            named -> assertThat(named).startsWith(removed.file() + " line " + removed.number() + " "),
                            after -> assertThat(after).contains(" line 1 does not follow"),
                            missing -> assertThat(missing).contains(" is missing")));
        }
    }

    @Property(tries = 100)
    void shouldNoticeAFileThatWasRemovedOrAnEndCutOff(@ForAll boolean keyed, @ForAll int file, @ForAll int cut)
            throws IOException {
        try (Trail trail = new Trail(keyed, 9)) {
            // Given
            List<Path> all = trail.paths();
            Path removed = all.get(Math.floorMod(file, all.size()));
            byte[] bytes = Files.readAllBytes(removed);

            // When
            Files.delete(removed);
            Optional<String> gone = trail.problem();
            byte[] rest = new byte[Math.floorMod(cut, bytes.length)];
            System.arraycopy(bytes, 0, rest, 0, rest.length);
            Files.write(removed, rest);
            Optional<String> cutOff = trail.problem();

            // Then
            assertThat(gone).hasValueSatisfying(text -> assertThat(text).contains(" is missing"));
            assertThat(cutOff).isPresent();
        }
    }

    @Property(tries = 50)
    void shouldNoticeWhatSomebodyWithoutTheKeyHasMadeAnew(@ForAll @IntRange(min = 1, max = 9) int records)
            throws IOException {
        try (Trail trail = new Trail(true, 9);
                Trail forged = new Trail(false, records)) {
            // When
            for (Path path : trail.paths()) {
                Files.delete(path);
            }
            for (Path path : forged.paths()) {
                Files.copy(path, trail.files.folder().resolve(path.getFileName()));
            }
            Optional<String> withOldHead = trail.problem();
            Files.write(trail.files.head(), Files.readAllBytes(forged.files.head()));
            Optional<String> withItsHead = trail.problem();

            // Then
            assertThat(withOldHead).isPresent();
            assertThat(withItsHead)
                    .hasValueSatisfying(text -> assertThat(text).contains("audit.log.head is not under a key"));
        }
    }

    @Property(tries = 20)
    void shouldFollowATrailThatGotItsKeyLater(@ForAll @IntRange(min = 1, max = 9) int unkeyed) throws IOException {
        try (Trail trail = new Trail(false, unkeyed)) {
            // When
            trail.write(ChainKey.of(KEY), 3);
            AuditVerifier.Verdict withKey = new AuditVerifier(trail.files.active(), List.of(KEY)).verify();
            AuditVerifier.Verdict without = new AuditVerifier(trail.files.active(), List.of()).verify();
            AuditVerifier.Verdict other = new AuditVerifier(
                            trail.files.active(),
                            List.of(AuditKey.of("another secret text".getBytes(StandardCharsets.UTF_8))))
                    .verify();

            // Then
            assertThat(withKey.problem()).isEmpty();
            assertThat(without.problem())
                    .hasValueSatisfying(text -> assertThat(text).contains("which is not given"));
            assertThat(other.problem())
                    .hasValueSatisfying(text -> assertThat(text).contains("which is not given"));
        }
    }

    private record Line(Path file, int number, int from, int length) {}

    private static final class Trail implements AutoCloseable {
        private final Path folder = Files.createTempDirectory("audit");
        private final AuditFiles files = new AuditFiles(folder.resolve("audit.log"));
        private final List<AuditKey> keys;

        Trail(boolean keyed, int records) throws IOException {
            this.keys = keyed ? List.of(KEY) : List.of();
            write(keyed ? ChainKey.of(KEY) : ChainKey.NONE, records);
            assertThat(problem()).isEmpty();
        }

        void write(ChainKey key, int records) throws IOException {
            FileSink sink = new FileSink(files, TWO_RECORDS, key, () -> NOW);
            for (int i = 0; i < records; i++) {
                String line = AuditLine.chained(AuditLine.opened(record(i)), sink.ready(), key);
                sink.write(List.of(line));
            }
            sink.close();
        }

        Optional<String> problem() throws IOException {
            return new AuditVerifier(files.active(), keys).verify().problem();
        }

        List<Path> paths() throws IOException {
            List<Path> all = new ArrayList<>(files.olderOnes().values());
            all.add(files.active());
            return all;
        }

        /** Without their line feeds: a changed one joins two lines, and shows in the first. */
        List<Line> lines() throws IOException {
            List<Line> lines = new ArrayList<>();
            for (Path path : paths()) {
                int from = 0;
                int number = 1;
                for (String line : Files.readAllLines(path)) {
                    int length = line.getBytes(StandardCharsets.UTF_8).length;
                    lines.add(new Line(path, number++, from, length));
                    from += length + 1;
                }
            }
            return lines;
        }

        private static AuditRecord record(int i) {
            return new AuditRecord(
                    NOW,
                    Optional.of("tnt_\u00fc"),
                    Optional.empty(),
                    "action",
                    "run_" + i + "\ufffd",
                    AuditRecord.Outcome.ALLOWED,
                    "cor_1",
                    "req_1",
                    Optional.empty(),
                    Map.of("n", i));
        }

        @Override
        public void close() {
            try {
                for (Path path : paths()) {
                    Files.deleteIfExists(path);
                }
                Files.deleteIfExists(files.head());
                Files.delete(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
