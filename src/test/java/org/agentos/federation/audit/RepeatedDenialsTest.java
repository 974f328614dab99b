package org.agentos.federation.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RepeatedDenialsTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    private final List<AuditRecord> written = new ArrayList<>();
    private boolean failing;
    private final RepeatedDenials denials = new RepeatedDenials(this::write);

    @Test
    void shouldWriteTheFirstAtOnceAndTheOthersAsACount() {
        // When
        for (int i = 0; i < 10; i++) {
            denials.record(denial("tnt_a", "run_" + i, i));
        }
        denials.sweep(START.plus(Duration.ofSeconds(59)));
        List<AuditRecord> before = List.copyOf(written);
        denials.sweep(START.plus(Duration.ofSeconds(60)));

        // Then
        assertThat(before).containsExactly(denial("tnt_a", "run_0", 0));
        assertThat(written).hasSize(2);
        assertThat(written.get(1).resource()).isEqualTo("run_9");
        assertThat(written.get(1).meta())
                .containsEntry("repeated", 9L)
                .containsEntry("code", "forbidden")
                .containsEntry("claimed_tenant", "tnt_a")
                .containsEntry("first_time", START.toString())
                .containsEntry("last_time", START.plusSeconds(9).toString());
    }

    @Test
    void shouldTellDifferentOnesApart() {
        // When
        denials.record(denial("tnt_a", "run_1", 0));
        denials.record(denial("tnt_b", "run_1", 0));

        // Then
        assertThat(written).hasSize(2);
    }

    @Test
    void shouldWriteTheNextAtOnceWhenTheWindowIsOver() {
        // When
        denials.record(denial("tnt_a", "run_1", 0));
        denials.record(denial("tnt_a", "run_2", 1));
        denials.record(denial("tnt_a", "run_3", 60));

        // Then
        assertThat(written).extracting(AuditRecord::resource).containsExactly("run_1", "run_2", "run_3");
        assertThat(written.get(1).meta()).containsEntry("repeated", 1L);
    }

    @Test
    void shouldTellCountsWhenClosed() {
        // When
        denials.record(denial("tnt_a", "run_1", 0));
        denials.record(denial("tnt_a", "run_2", 1));
        denials.record(denial("tnt_b", "run_2", 1));
        denials.close(START.plusSeconds(2));

        // Then
        assertThat(written).hasSize(3);
    }

    @Test
    void shouldBoundWhatAFloodOfDifferentOnesWrites() {
        // When
        int seconds = 100;
        for (int i = 0; i < 100_000; i++) {
            denials.record(denial("tnt_" + i, "run_1", i / (100_000 / seconds)));
        }
        denials.close(START.plusSeconds(seconds));

        // Then
        int bound = RepeatedDenials.BURST + RepeatedDenials.PER_SECOND * seconds;
        assertThat(written).hasSizeBetween(bound - 20, bound + 10);
        long counted = written.stream()
                .mapToLong(record -> (Long) record.meta().getOrDefault("repeated", 0L) + 1)
                .sum();
        long counts = written.stream()
                .filter(record -> record.meta().containsKey("repeated"))
                .count();
        assertThat(counted - counts).isEqualTo(100_000);
        assertThat(written)
                .filteredOn(record -> record.meta().containsKey("repeated"))
                .allSatisfy(record -> assertThat(record.meta()).doesNotContainKey("claimed_tenant"));
    }

    @Test
    void shouldWriteNewKindsAgainAfterAClockThatWasAheadIsSetBack() {
        // Given
        long ahead = Duration.ofDays(365).toSeconds();
        for (int i = 0; i <= RepeatedDenials.BURST; i++) {
            denials.record(denial("tnt_" + i, "run_1", ahead));
        }
        denials.record(denial("tnt_back", "run_1", 0));

        // When
        denials.record(denial("tnt_later", "run_1", 10));

        // Then
        assertThat(written)
                .filteredOn(record -> "tnt_later".equals(record.meta().get("claimed_tenant")))
                .hasSize(1);
    }

    @Test
    void shouldTryAgainAfterOneThatCouldNotBeWritten() {
        // Given
        failing = true;
        denials.record(denial("tnt_a", "run_1", 0));

        // When
        failing = false;
        denials.record(denial("tnt_a", "run_2", 1));

        // Then
        assertThat(written).extracting(AuditRecord::resource).containsExactly("run_2");
    }

    private CompletionStage<Void> write(AuditRecord record) {
        if (failing) {
            return CompletableFuture.failedStage(new IllegalStateException("disk full"));
        }
        written.add(record);
        return CompletableFuture.completedStage(null);
    }

    private static AuditRecord denial(String claimedTenant, String resource, long seconds) {
        return new AuditRecord(
                START.plusSeconds(seconds),
                Optional.empty(),
                Optional.empty(),
                "federation.runs.forward",
                resource,
                AuditRecord.Outcome.DENIED,
                "cor_" + resource,
                "req_" + resource,
                Optional.empty(),
                Map.of("code", "forbidden", "claimed_tenant", claimedTenant, "remote", "192.0.2.1"));
    }
}
