package org.agentos.federation.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.agentos.federation.settings.Rate;
import org.junit.jupiter.api.Test;

class TenantBucketsTest {
    private final ManualTime time = new ManualTime();

    @Test
    void shouldLimitEachTenantByItselfAndOneByItsOwnRate() {
        // Given
        TenantBuckets buckets = new TenantBuckets(new Rate(1, 1), Map.of("tnt_large", new Rate(1, 3)), 10, time);

        // When
        boolean first = passes(buckets, "tnt_a");
        boolean again = passes(buckets, "tnt_a");

        // Then
        assertThat(first).isTrue();
        assertThat(again).isFalse();
        assertThat(passes(buckets, "tnt_b")).isTrue();
        for (int i = 0; i < 3; i++) {
            assertThat(passes(buckets, "tnt_large")).isTrue();
        }
        assertThat(passes(buckets, "tnt_large")).isFalse();
    }

    @Test
    void shouldLetNobodyGainByBeingForgotten() {
        // Given
        TenantBuckets buckets = new TenantBuckets(new Rate(1, 1), Map.of(), 3, time);
        passes(buckets, "tnt_a");

        // When
        int made = 0;
        for (int i = 0; i < 100; i++) {
            made += passes(buckets, "tnt_made_up_" + i) ? 1 : 0;
        }

        // Then
        assertThat(made).isEqualTo(2 + 1); // two buckets of their own, one for all others
        assertThat(passes(buckets, "tnt_a")).isFalse();
        assertThat(buckets.size()).isEqualTo(3);
    }

    @Test
    void shouldMakeRoomByThoseWhoseBucketIsFullAgain() {
        // Given
        TenantBuckets buckets = new TenantBuckets(new Rate(1, 1), Map.of(), 2, time);
        passes(buckets, "tnt_a");
        passes(buckets, "tnt_b");

        // When
        time.pass(Duration.ofSeconds(1));

        // Then
        assertThat(passes(buckets, "tnt_c")).isTrue();
        assertThat(passes(buckets, "tnt_d")).isTrue();
        assertThat(buckets.size()).isEqualTo(2);
    }

    @Test
    void shouldLimitOnlyThoseWithARateWhereThereIsNoCommonOne() {
        // When
        TenantBuckets buckets = new TenantBuckets(null, Map.of("tnt_a", new Rate(1, 1)), 2, time);

        // Then
        assertThat(buckets.of("tnt_b")).isEmpty();
        assertThat(buckets.of("tnt_a")).isPresent();
    }

    private static boolean passes(TenantBuckets buckets, String tenantId) {
        return buckets.of(tenantId).orElseThrow().take(tenantId, 1).isEmpty();
    }
}
