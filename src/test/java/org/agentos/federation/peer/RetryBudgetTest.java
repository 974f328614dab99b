package org.agentos.federation.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.agentos.federation.settings.RetryBudgetSettings;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private final RetryBudget budget = new RetryBudget(new RetryBudgetSettings(0.1, 10), () -> now);

    @Test
    void shouldGrantLoneRequestsAllTheirRetries() {
        // When
        int granted = requestsThatFail(5, 2);

        // Then
        assertThat(granted).isEqualTo(10);
    }

    @Test
    void shouldGrantATenthUnderLoad() {
        // When
        int granted = requestsThatFail(1_000, 2);

        // Then
        assertThat(granted).isEqualTo(100);
    }

    @Test
    void shouldHoldTheShareForAsLongAsTheLoadLasts() {
        // When
        int granted = 0;
        for (int second = 0; second < 60; second++) {
            granted += requestsThatFail(100, 2);
            now = now.plusSeconds(1);
        }

        // Then
        assertThat(granted).isBetween(550, 600);
    }

    @Test
    void shouldGrantTheFloorAgainWhenTheWindowHasPassed() {
        // Given
        requestsThatFail(50, 2);

        // When
        int atOnce = requestsThatFail(1, 1);
        now = now.plusSeconds(9);
        int justBefore = requestsThatFail(1, 1);
        now = now.plusSeconds(1);
        int after = requestsThatFail(5, 2);

        // Then
        assertThat(atOnce).isZero();
        assertThat(justBefore).isZero();
        assertThat(after).isEqualTo(10);
    }

    @Test
    void shouldOutliveALongSilenceAndAClockSetBack() {
        // Given
        requestsThatFail(50, 2);

        // When
        now = now.plusSeconds(1_000_000);
        int later = requestsThatFail(1, 1);
        now = now.minusSeconds(500_000);
        int back = requestsThatFail(1, 1);

        // Then
        assertThat(later).isEqualTo(1);
        assertThat(back).isEqualTo(1);
    }

    private int requestsThatFail(int requests, int retriesEach) {
        int granted = 0;
        for (int i = 0; i < requests; i++) {
            budget.request();
            for (int retry = 0; retry < retriesEach && budget.takeRetry(); retry++) {
                granted++;
            }
        }
        return granted;
    }
}
