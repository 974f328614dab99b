package org.agentos.federation.mirror;

import java.time.Duration;
import java.time.InstantSource;

/** Time for the mirrors: what it is, and being called when some of it has passed. */
public interface Timers extends InstantSource {
    /** Runs the task once after the delay, on any thread. */
    Timer after(Duration delay, Runnable task);

    /** A task that may still be called off. */
    @FunctionalInterface
    interface Timer {
        /** Calls the task off; nothing happens if it has run. */
        void cancel();
    }
}
