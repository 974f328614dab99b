package org.agentos.federation.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import org.agentos.federation.settings.LimitKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was used of a quota is never forgotten, whatever happens to the process. */
class QuotaUseTest {
    private static final QuotaName FORWARDS = QuotaName.tenant("tnt_a", LimitKind.FORWARDS);
    private static final QuotaName EVENTS = QuotaName.peer("stk_b", LimitKind.EVENTS);

    @TempDir
    private Path directory;

    private final ManualTime time = new ManualTime();

    @Test
    void shouldCountExactlyOverAStopInOrder() throws Exception {
        // Given
        try (QuotaUse use = open()) {
            spend(use, EVENTS, 7, 1_000_000);
        }

        // When
        try (QuotaUse use = open()) {

            // Then
            assertThat(use.used(EVENTS)).isEqualTo(7);
        }
    }

    @Test
    void shouldNeverCountTooLittleAfterACrashAndTooMuchByAThousandthAtMost() throws Exception {
        // Given
        QuotaUse killed = open();
        for (int i = 0; i < 250; i++) {
            spend(killed, EVENTS, 10, 100_000);
            spend(killed, FORWARDS, 1, 500);
        }

        // When
        try (QuotaUse use = open()) {

            // Then
            assertThat(use.used(EVENTS)).isBetween(2_500L, 2_600L);
            assertThat(use.used(FORWARDS)).isEqualTo(250);
        }
        killed.close();
    }

    @Test
    void shouldBeginAnewWithTheDayAndNotWhenTheClockGoesBack() throws Exception {
        // Given
        try (QuotaUse use = open()) {
            spend(use, FORWARDS, 3, 10);

            // When
            time.pass(Duration.ofHours(12));
            long tomorrow = use.used(FORWARDS);
            spend(use, FORWARDS, 2, 10);
            time.goBack(Duration.ofHours(1));

            // Then
            assertThat(tomorrow).isZero();
            assertThat(use.used(FORWARDS)).isEqualTo(2);
            assertThat(use.tomorrow()).hasToString("2026-11-24T00:00:00Z");
        }
        time.pass(Duration.ofHours(1));
        try (QuotaUse use = open()) {
            assertThat(use.used(FORWARDS)).isEqualTo(2);
        }
    }

    @Test
    void shouldNotWaitForTheDaysThatAClockWasAhead() throws Exception {
        // Given
        time.pass(Duration.ofDays(365));
        try (QuotaUse use = open()) {
            spend(use, FORWARDS, 3, 10);

            // When
            time.goBack(Duration.ofDays(365));

            // Then
            assertThat(use.used(FORWARDS)).isEqualTo(3);
            assertThat(use.untilTomorrow()).isLessThanOrEqualTo(Duration.ofDays(1));
            spend(use, FORWARDS, 2, 10);
        }
        try (QuotaUse use = open()) {
            assertThat(use.used(FORWARDS)).isEqualTo(5);
            time.pass(Duration.ofDays(1));
            assertThat(use.used(FORWARDS)).isZero();
        }
    }

    @Test
    void shouldRefuseToGuessWhatABrokenLineSaid() throws Exception {
        // Given
        try (QuotaUse use = open()) {
            spend(use, FORWARDS, 3, 10);
            spend(use, EVENTS, 3, 10);
        }
        String text = Files.readString(file());

        // When
        Files.writeString(file(), text.replaceFirst("\"mark\"", "mark"));

        // Then
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessage("line 1 is broken");
    }

    @Test
    void shouldLetALinePassThatACrashBrokeOff() throws Exception {
        // Given
        try (QuotaUse use = open()) {
            spend(use, FORWARDS, 3, 10);
        }

        // When
        Files.writeString(file(), "{\"day\":20", StandardOpenOption.APPEND);

        // Then
        try (QuotaUse use = open()) {
            assertThat(use.used(FORWARDS)).isEqualTo(3);
        }
    }

    @Test
    void shouldNotGrowWithoutEnd() throws Exception {
        // Given
        try (QuotaUse use = open()) {

            // When
            for (int i = 0; i < 11_000; i++) {
                QuotaCounter counter = use.counter(FORWARDS);
                counter.add(1);
                use.keep(Map.of(counter, 10L)).toCompletableFuture().join();
            }
        }

        // Then
        assertThat(Files.readAllLines(file())).hasSize(1);
    }

    @Test
    void shouldCountTenantsTogetherBeyondTheirMostNumber() throws Exception {
        // Given
        try (QuotaUse use = QuotaUse.open(file(), 1, time)) {

            // When
            for (int i = 0; i < 100; i++) {
                use.counter(QuotaName.tenant("tnt_" + i, LimitKind.FORWARDS)).add(1);
            }

            // Then
            assertThat(use.counter(QuotaName.tenant("tnt_99", LimitKind.FORWARDS))
                            .used())
                    .isEqualTo(92);
        }
    }

    @Test
    void shouldRefuseWhatCannotBeStored() throws Exception {
        // Given
        QuotaUse use = open();
        Files.createDirectories(file().resolveSibling("quota-use.jsonl.tmp").resolve("in the way"));
        QuotaCounter counter = use.counter(FORWARDS);
        counter.add(1);

        // When
        boolean failed = use.keep(Map.of(counter, 10L))
                .handle((kept, failure) -> failure != null)
                .toCompletableFuture()
                .join();

        // Then
        assertThat(failed).isTrue();
        assertThat(counter.isMarked()).isFalse();
    }

    @Test
    void shouldTakeNothingBeyondTheQuota() {
        // Given
        QuotaCounter counter = new QuotaCounter(FORWARDS, 1, 8);

        // When
        boolean tooMuch = counter.take(3, 10);
        boolean rest = counter.take(2, 10);

        // Then
        assertThat(tooMuch).isFalse();
        assertThat(rest).isTrue();
        assertThat(counter.take(1, 10)).isFalse();
        assertThat(counter.take(0, 10)).isTrue(); // duplicates are no use
    }

    private Path file() {
        return directory.resolve("quota-use.jsonl");
    }

    private QuotaUse open() throws IOException {
        return QuotaUse.open(file(), 100, time);
    }

    private static void spend(QuotaUse use, QuotaName name, long amount, long quota) {
        QuotaCounter counter = use.counter(name);
        assertThat(counter.take(amount, quota)).isTrue();
        use.keep(Map.of(counter, quota)).toCompletableFuture().join();
    }
}
