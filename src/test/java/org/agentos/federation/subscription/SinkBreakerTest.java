package org.agentos.federation.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.agentos.federation.eventlog.FeedPlace;
import org.junit.jupiter.api.Test;

class SinkBreakerTest {
    private static final long MILLI = 1_000_000;

    private final SinkBreaker breaker = new SinkBreaker(policy(5));

    private static RedeliveryPolicy policy(int most) {
        return new RedeliveryPolicy(most, Duration.ofMillis(1), 2, Duration.ofMillis(3));
    }

    @Test
    void shouldOpenWhenDifferentEventsFailInARow() {
        // Given
        fail(1, 2, 3, 4, 4, 4, 4);
        assertThat(breaker.open()).isFalse();
        breaker.answered();
        fail(1, 2, 3, 4);

        // When
        breaker.failed(place(5), 0, 90);

        // Then
        assertThat(breaker.open()).isTrue();
        assertThat(breaker.openSinceMillis()).isEqualTo(10);
    }

    @Test
    void shouldLetOneAtATimeOutAfterDelaysThatGrowToTheLongest() {
        // Given
        fail(1, 2, 3, 4, 5);
        breaker.failed(place(6), 0, 10); // was out when it opened: that is no further try

        // When / Then
        long now = 0;
        for (long delay : new long[] {1, 2, 3, 3}) {
            assertThat(breaker.mayTry(now + delay * MILLI - 1)).isFalse();
            now += delay * MILLI;
            assertThat(breaker.mayTry(now)).isTrue();
            breaker.given(place(7));
            assertThat(breaker.mayTry(now)).isFalse();
            breaker.failed(place(7), now, 10);
        }
    }

    @Test
    void shouldCloseWhenAnEventIsTakenAndLetAnotherOutForOneThatCameBackWithoutAVerdict() {
        // Given
        fail(1, 2, 3, 4, 5);
        breaker.given(place(7));

        // When
        breaker.released(place(7));
        boolean another = breaker.mayTry(MILLI);
        breaker.answered();

        // Then
        assertThat(another).isTrue();
        assertThat(breaker.open()).isFalse();
        assertThat(breaker.openSinceMillis()).isZero();
        assertThat(breaker.mayTry(0)).isTrue();
    }

    @Test
    void shouldStayClosedWhereNothingIsDeliveredAgain() {
        SinkBreaker never = new SinkBreaker(policy(0));
        for (int event = 1; event <= 10; event++) {
            never.failed(place(event), 0, 10);
        }

        assertThat(never.open()).isFalse();
        assertThat(never.mayTry(0)).isTrue();
    }

    private void fail(int... events) {
        for (int event : events) {
            breaker.failed(place(event), 0, 10);
        }
    }

    private static FeedPlace place(long offset) {
        return new FeedPlace(offset, 0);
    }
}
