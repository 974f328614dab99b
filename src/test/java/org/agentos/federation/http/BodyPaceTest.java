package org.agentos.federation.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class BodyPaceTest {
    private static final int GRACE_SECONDS = 10;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private final BodyPace pace = new BodyPace(Duration.ofSeconds(GRACE_SECONDS));

    @Test
    void shouldTakeABodyThatIsAsFastAsItMustBe() {
        assertThat(secondsUntilTooSlow(second -> BodyPace.MIN_BYTES_PER_SECOND)).isEqualTo(1000);
    }

    @Test
    void shouldTakeABodyThatComesInBursts() {
        assertThat(secondsUntilTooSlow(second -> second % 8 == 0 ? 8 * BodyPace.MIN_BYTES_PER_SECOND : 0))
                .isEqualTo(1000);
    }

    @Test
    void shouldEndABodyThatIsTooSlowFromTheBeginning() {
        assertThat(secondsUntilTooSlow(second -> 1)).isEqualTo(GRACE_SECONDS + 1);
    }

    @Test
    void shouldEndABodyThatStops() {
        assertThat(secondsUntilTooSlow(second -> second < 5 ? 1_000_000 : 0)).isLessThanOrEqualTo(5 + GRACE_SECONDS);
    }

    @Test
    void shouldEndABodyThatCameNearlyWholeAndThenDrips() {
        assertThat(secondsUntilTooSlow(second -> second == 0 ? 8_000_000 : 1)).isLessThan(4 * GRACE_SECONDS);
    }

    /** Asks once a second, for a thousand of them. */
    private int secondsUntilTooSlow(IntUnaryOperator bytes) {
        long start = Long.MAX_VALUE - 5 * SECOND; // a clock that wraps around
        pace.begin(start);
        for (int second = 0; second < 1000; second++) {
            long now = start + second * SECOND;
            int arrived = bytes.applyAsInt(second);
            if (arrived > 0) {
                pace.arrived(arrived, now);
            }
            if (pace.isTooSlow(now)) {
                return second;
            }
        }
        return 1000;
    }
}
