package org.agentos.federation.mirror;

import java.time.Duration;
import java.time.Instant;

/** At most so many connects a second, and after a quiet time as many at once. Guarded by its user. */
final class ConnectRate {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final int perSecond;
    private double left;
    private Instant counted = Instant.MIN;

    ConnectRate(int perSecond) {
        this.perSecond = perSecond;
        this.left = perSecond;
    }

    /** Until a connect is allowed; zero when one is. */
    Duration untilNext(Instant now) {
        refill(now);
        return left >= 1
                ? Duration.ZERO
                : Duration.ofNanos((long) Math.ceil((1 - left) / perSecond * NANOS_PER_SECOND));
    }

    /** Counts a connect that was allowed. */
    void take() {
        left--;
    }

    /** A clock that is set back gives nothing and takes nothing. */
    private void refill(Instant now) {
        if (counted.isBefore(now)) {
            double passed = counted.equals(Instant.MIN)
                    ? 0
                    : Math.min(NANOS_PER_SECOND, Duration.between(counted, now).toNanos());
            left = Math.min(perSecond, left + passed * perSecond / NANOS_PER_SECOND);
        }
        counted = now;
    }
}
