package org.agentos.federation.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.agentos.federation.settings.Rate;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private final ManualTime time = new ManualTime();

    @Test
    void shouldLetABurstPassAndThenTheRate() {
        // Given
        TokenBucket bucket = new TokenBucket(new Rate(2, 3), time);

        // When
        int passed = 0;
        while (bucket.take(1).isEmpty()) {
            passed++;
        }

        // Then
        assertThat(passed).isEqualTo(3);
        assertThat(bucket.take(1)).contains(Duration.ofMillis(500));
        time.pass(Duration.ofMillis(499));
        assertThat(bucket.take(1)).isPresent();
        time.pass(Duration.ofMillis(1));
        assertThat(bucket.take(1)).isEmpty();
        assertThat(bucket.take(1)).isPresent();
    }

    @Test
    void shouldCountFractionsOfASecondAndOfAToken() {
        // Given
        TokenBucket slow = new TokenBucket(new Rate(0.01, 1), time);
        TokenBucket odd = new TokenBucket(new Rate(1.5, 1), time);

        // When
        slow.take(1);
        odd.take(1);

        // Then
        assertThat(slow.take(1)).contains(Duration.ofSeconds(100));
        assertThat(odd.take(1).orElseThrow().toMillis()).isEqualTo(666);
        time.pass(Duration.ofSeconds(100));
        assertThat(slow.take(1)).isEmpty();
    }

    @Test
    void shouldLetNothingPassAtARateOfZero() {
        // Given
        TokenBucket closed = new TokenBucket(new Rate(0, 5), time);

        // When
        time.pass(Duration.ofDays(1));

        // Then
        assertThat(closed.take(1)).contains(TokenBucket.CLOSED);
        assertThat(closed.remaining()).isZero();
    }

    @Test
    void shouldNeverHoldMoreThanItsBurst() {
        // Given
        TokenBucket bucket = new TokenBucket(new Rate(1_000_000_000, 10), time);

        // When
        time.pass(Duration.ofHours(30));
        bucket.giveBack(100);

        // Then
        assertThat(bucket.remaining()).isEqualTo(10);
        assertThat(bucket.take(11)).isPresent();
        assertThat(bucket.take(10)).isEmpty();
    }
}
