package org.agentos.federation.stream;

import java.time.Instant;

/** Somebody who reads on as a run goes on: an open stream, or a page that waits. */
interface OpenReader {
    /** The run's durable end has moved. Called on a thread that may read from the disk. */
    void moved();

    /** Asks for an end; the first reason counts. From any thread. */
    void end(EndReason reason);

    /** One more of the ticks by which all times are counted has passed. On the timer's thread. */
    void tick(Instant now);

    /** Ticks since its client last took something of what waits for it; 0 for one that keeps up. */
    default int stalledTicks() {
        return 0;
    }

    /** Whether it was ended for being too slow: what it holds goes soon. */
    default boolean leaving() {
        return false;
    }

    /** Ends the time that a client which was too slow has for taking the end: what it holds goes at once. */
    default void giveUp() {}

    /** Bytes held for its client. */
    default long heldBytes() {
        return 0;
    }
}
