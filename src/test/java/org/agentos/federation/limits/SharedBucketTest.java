package org.agentos.federation.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.agentos.federation.settings.Rate;
import org.junit.jupiter.api.Test;

/** One tenant that floods a peer takes nothing that another one has a right to. */
class SharedBucketTest {
    private static final String FLOOD = "tnt_flood";
    private static final String CALM = "tnt_calm";

    private final ManualTime time = new ManualTime();

    @Test
    void shouldLetATenantAloneHaveAll() {
        // Given
        SharedBucket bucket = new SharedBucket(new Rate(10, 20), time);

        // When
        int atOnce = drain(bucket, FLOOD);
        time.pass(Duration.ofSeconds(1));
        int afterASecond = drain(bucket, FLOOD);

        // Then
        assertThat(atOnce).isEqualTo(20);
        assertThat(afterASecond).isEqualTo(10);
    }

    @Test
    void shouldTakeARateWhoseBurstComesBackAfterCenturies() {
        // Given
        SharedBucket bucket = new SharedBucket(new Rate(0.1, 1_000_000_000), time);

        // When / Then
        assertThat(bucket.take(CALM, 1_000_000_000)).isEmpty();
        assertThat(bucket.take(CALM, 1))
                .hasValueSatisfying(wait -> assertThat(wait).isPositive());
    }

    @Test
    void shouldTellANewcomerWhenToComeBackAndHaveItsTokensThen() {
        // Given
        SharedBucket bucket = new SharedBucket(new Rate(2, 4), time);
        drain(bucket, FLOOD);

        // When
        Duration wait = bucket.take(CALM, 1).orElseThrow();
        flood(bucket, wait);

        // Then
        assertThat(bucket.take(CALM, 1)).isEmpty();
    }

    @Test
    void shouldGiveEachTenantItsShareHoweverHardOthersAsk() {
        // Given
        SharedBucket bucket = new SharedBucket(new Rate(30, 30), time);
        Map<String, Integer> passed = new HashMap<>();

        // When
        for (int millis = 0; millis < 20_000; millis += 10) {
            for (int i = 0; i < 50; i++) {
                count(passed, FLOOD, bucket);
            }
            count(passed, CALM, bucket);
            count(passed, "tnt_third", bucket);
            time.pass(Duration.ofMillis(10));
        }

        // Then
        assertThat(passed.get(CALM)).isBetween(180, 230);
        assertThat(passed.get("tnt_third")).isBetween(180, 230);
        assertThat(passed.values().stream().mapToInt(Integer::intValue).sum()).isBetween(600, 630);
    }

    @Test
    void shouldLeaveNoTokenUnusedThatOthersDoNotWant() {
        // Given
        SharedBucket bucket = new SharedBucket(new Rate(10, 20), time);
        Map<String, Integer> passed = new HashMap<>();

        // When
        for (int second = 0; second < 60; second++) {
            count(passed, CALM, bucket);
            for (int i = 0; i < 100; i++) {
                count(passed, FLOOD, bucket);
            }
            time.pass(Duration.ofSeconds(1));
        }

        // Then
        assertThat(passed.get(CALM)).isGreaterThanOrEqualTo(59);
        assertThat(passed.get(FLOOD)).isBetween(525, 560);
    }

    @Test
    void shouldLetABatchPassThatIsLargerThanAShare() {
        // Given
        SharedBucket bucket = new SharedBucket(new Rate(10, 20), time);
        bucket.take(FLOOD, 1);
        bucket.take(CALM, 1);
        time.pass(Duration.ofSeconds(1));

        // When
        boolean passed = bucket.take(CALM, 20).isEmpty();
        boolean again = bucket.take(CALM, 1).isEmpty();

        // Then
        assertThat(passed).isTrue();
        assertThat(again).isFalse();
    }

    @Test
    void shouldRememberABoundedNumberOfTenants() {
        // Given
        SharedBucket bucket = new SharedBucket(new Rate(1_000_000, 1_000_000), time);

        // When
        for (int i = 0; i < 3 * SharedBucket.MAX_SHARES; i++) {
            bucket.take("tnt_" + i, 1);
        }

        // Then
        assertThat(bucket.shares()).isLessThanOrEqualTo(SharedBucket.MAX_SHARES + 1);
        time.pass(Duration.ofSeconds(2));
        bucket.take(CALM, 1);
        assertThat(bucket.shares()).isEqualTo(1);
    }

    private void flood(SharedBucket bucket, Duration over) {
        for (int step = 0; step < 100; step++) {
            time.pass(over.dividedBy(100));
            drain(bucket, FLOOD);
        }
    }

    private static int drain(SharedBucket bucket, String tenantId) {
        int passed = 0;
        while (bucket.take(tenantId, 1).isEmpty()) {
            passed++;
        }
        return passed;
    }

    private static void count(Map<String, Integer> passed, String tenantId, SharedBucket bucket) {
        passed.merge(tenantId, bucket.take(tenantId, 1).isEmpty() ? 1 : 0, Integer::sum);
    }
}
