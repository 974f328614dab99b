package org.agentos.federation.stream;

/** Somebody who reads on as a run goes on: an open stream, or a page that waits. */
interface OpenReader {
    /** The run's durable end has moved. Called on a thread that may read from the disk. */
    void moved();

    /** Asks for an end; the first reason counts. From any thread. */
    void end(EndReason reason);

    /** One more of the ticks by which silence is counted has passed. */
    void tick();
}
