package org.agentos.federation.stream;

import org.agentos.federation.eventlog.RunKey;

/** The runs beyond what the log tells of them: which exist without an event, and who is to know that one is read. */
@FunctionalInterface
public interface RunDirectory {
    /** Whether this tenant has the run although no event of it may be stored yet. May look at the disk. */
    boolean knows(RunKey run);

    /** Tells that a reader waits for the run's events; closing what is returned tells that it has left. Never blocks. */
    default Interest reading(RunKey run) {
        return () -> {};
    }

    /** A reader's interest in a run. */
    @FunctionalInterface
    interface Interest extends AutoCloseable {
        /** Ends the interest; again does nothing. */
        @Override
        void close();
    }
}
