package org.agentos.federation.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditPagesTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path folder;

    private FileSink sink;
    private volatile Instant now = START;

    @AfterEach
    void close() throws IOException {
        sink.close();
    }

    @Test
    void shouldReadAllRecordsOnceOverAllFiles() throws IOException {
        // Given
        open(2000);
        write(100, 0);

        // When
        List<String> read = all(query(Optional.of("tnt_0"), Optional.empty(), Optional.empty(), 7));

        // Then
        assertThat(sink.extent().number()).isGreaterThan(5);
        assertThat(read).containsExactlyElementsOf(resources(0, 100, 3));
    }

    @Test
    void shouldBeginAtATimeWithoutReadingWhatIsBefore() throws IOException {
        // Given: ten files of some hundred KB, a record a second
        open(200_000);
        write(5000, 400);
        Instant since = START.plusSeconds(4321);

        // When
        AuditPages.Page page = new AuditPages(sink)
                .read(
                        query(Optional.empty(), Optional.of(since), Optional.of(since.plusSeconds(10)), 100),
                        Optional.empty())
                .orElseThrow();

        // Then
        assertThat(names(page)).containsExactlyElementsOf(resources(4321, 4331, 1));
        assertThat(page.more()).isFalse();
    }

    @Test
    void shouldBoundWhatAPageLooksAt() throws IOException {
        // Given
        open(1L << 40);
        write(12_000, 400);
        AuditQuery nothing = query(Optional.of("tnt_of_nobody"), Optional.empty(), Optional.empty(), 10);

        // When
        AuditPages.Page first =
                new AuditPages(sink).read(nothing, Optional.empty()).orElseThrow();

        // Then
        assertThat(first.records()).isEmpty();
        assertThat(first.more()).isTrue();
        assertThat(first.next().offset()).isBetween((long) AuditPages.MAX_SCANNED, AuditPages.MAX_SCANNED + 20_000L);
        assertThat(all(nothing)).isEmpty();
    }

    @Test
    void shouldGoOnWithWhatIsWrittenLater() throws IOException {
        // Given
        open(2000);
        write(10, 0);
        AuditQuery everything = query(Optional.empty(), Optional.empty(), Optional.empty(), 1000);
        AuditPages.Page first =
                new AuditPages(sink).read(everything, Optional.empty()).orElseThrow();

        // When
        write(10, 0);
        AuditPages.Page second =
                new AuditPages(sink).read(everything, Optional.of(first.next())).orElseThrow();

        // Then
        assertThat(first.more()).isFalse();
        assertThat(names(second)).containsExactlyElementsOf(resources(0, 10, 1));
    }

    @Test
    void shouldRefuseAPlaceThatIsNone() throws IOException {
        // Given
        open(2000);
        write(30, 0);
        AuditPages pages = new AuditPages(sink);
        AuditQuery everything = query(Optional.empty(), Optional.empty(), Optional.empty(), 1000);

        // When / Then
        for (AuditPages.Place place : List.of(
                new AuditPages.Place(1, 3),
                new AuditPages.Place(1, 1L << 40),
                new AuditPages.Place(99, 0),
                new AuditPages.Place(0, 0))) {
            assertThat(pages.read(everything, Optional.of(place)))
                    .as(place.toString())
                    .isEmpty();
        }
        Files.delete(sink.files().older(1));
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> pages.read(everything, Optional.of(new AuditPages.Place(1, 0))));
    }

    @Test
    void shouldReadWholeLinesWhileTheWriterWritesAndRotates() throws Exception {
        // Given
        open(3000);
        AtomicBoolean done = new AtomicBoolean();
        List<Throwable> failures = new ArrayList<>();
        Thread writer = new Thread(() -> {
            try {
                for (int i = 0; i < 40; i++) {
                    write(25, 0);
                }
            } catch (IOException | RuntimeException e) {
                failures.add(e);
            } finally {
                done.set(true);
            }
        });
        AuditQuery everything = query(Optional.of("tnt_0"), Optional.empty(), Optional.empty(), 50);

        // When
        writer.start();
        List<String> read = new ArrayList<>();
        Optional<AuditPages.Place> at = Optional.empty();
        boolean last = false;
        while (!last) {
            boolean over = done.get();
            AuditPages.Page page = new AuditPages(sink).read(everything, at).orElseThrow();
            read.addAll(names(page));
            at = Optional.of(page.next());
            last = over && !page.more();
        }
        writer.join();

        // Then
        assertThat(failures).isEmpty();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            expected.addAll(resources(0, 25, 3));
        }
        assertThat(read).containsExactlyElementsOf(expected);
    }

    private List<String> all(AuditQuery query) throws IOException {
        List<String> read = new ArrayList<>();
        Optional<AuditPages.Place> at = Optional.empty();
        boolean more = true;
        while (more) {
            AuditPages.Page page = new AuditPages(sink).read(query, at).orElseThrow();
            read.addAll(names(page));
            at = Optional.of(page.next());
            more = page.more();
        }
        return read;
    }

    private static List<String> names(AuditPages.Page page) {
        return page.records().stream()
                .filter(record -> !record.path("action").asText().equals(TrailEnd.ROTATED))
                .map((JsonNode record) -> record.path("resource").asText())
                .toList();
    }

    private static List<String> resources(int from, int to, int step) {
        return IntStream.range(from, to)
                .filter(i -> i % step == 0)
                .mapToObj(i -> "run_" + i)
                .toList();
    }

    private static AuditQuery query(
            Optional<String> tenant, Optional<Instant> since, Optional<Instant> until, int limit) {
        return new AuditQuery(tenant, since, until, Optional.empty(), Optional.empty(), limit);
    }

    private void open(long rotateBytes) throws IOException {
        sink = new FileSink(
                new AuditFiles(folder.resolve("audit.log")),
                new Rotation(rotateBytes, Duration.ZERO, 0),
                ChainKey.NONE,
                () -> now);
    }

    /** A record a second, of three tenants in turn. */
    private void write(int records, int padding) throws IOException {
        for (int i = 0; i < records; i++) {
            now = START.plusSeconds(i);
            AuditRecord record = new AuditRecord(
                    now,
                    Optional.of("tnt_" + i % 3),
                    Optional.empty(),
                    "federation.runs.forward",
                    "run_" + i,
                    AuditRecord.Outcome.ALLOWED,
                    "cor_1",
                    "req_1",
                    Optional.empty(),
                    Map.of("x", "x".repeat(padding)));
            sink.write(List.of(AuditLine.chained(AuditLine.opened(record), sink.ready(), ChainKey.NONE)));
        }
    }
}
