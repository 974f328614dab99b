package org.agentos.federation.trust;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;

/** A limit on how often something is done within a window. Not safe for use by several threads at once. */
final class FetchBudget {
    private final int times;
    private final Duration window;
    private final InstantSource clock;
    private final Deque<Instant> taken = new ArrayDeque<>();

    FetchBudget(int times, Duration window, InstantSource clock) {
        this.times = times;
        this.window = window;
        this.clock = clock;
    }

    boolean take() {
        Instant now = clock.instant();
        while (!taken.isEmpty() && isOver(taken.peekFirst(), now)) {
            taken.removeFirst();
        }
        return taken.size() < times && taken.add(now);
    }

    /** Also for what was done at a later time, by a clock that was ahead. */
    private boolean isOver(Instant done, Instant now) {
        return Duration.between(done, now).abs().compareTo(window) >= 0;
    }
}
