package org.agentos.federation.peer;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The time as a clock had it when this began, and what has passed since: it never jumps. For lengths of time alone; a breaker
 * that went by a clock that is set back would stay open until the clock has caught up.
 */
public final class SteadyTime implements InstantSource {
    private final Instant began;
    private final long beganNanos;
    private final LongSupplier nanoTime;

    public SteadyTime(InstantSource clock, LongSupplier nanoTime) {
        this.began = clock.instant();
        this.beganNanos = nanoTime.getAsLong();
        this.nanoTime = nanoTime;
    }

    @Override
    public Instant instant() {
        return began.plusNanos(nanoTime.getAsLong() - beganNanos);
    }
}
