package org.agentos.federation.limits;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Time that passes when a test says so. */
final class ManualTime implements InstantSource, LongSupplier {
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private long nanos = -5_000_000_000L; // as nanoTime may be

    void pass(Duration time) {
        now = now.plus(time);
        nanos += time.toNanos();
    }

    void goBack(Duration time) {
        now = now.minus(time);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public long getAsLong() {
        return nanos;
    }
}
