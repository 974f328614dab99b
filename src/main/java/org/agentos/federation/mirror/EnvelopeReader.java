package org.agentos.federation.mirror;

import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.RunKey;

/** Makes an event that may be stored of the data of one frame. */
@FunctionalInterface
public interface EnvelopeReader {
    /**
     * Reads one envelope, or one bare event.
     *
     * @param run the run that was asked for; an event of another one is not let through
     * @param data the reader may keep and change it
     */
    Reading read(RunKey run, byte[] data);

    /** What the data turned out to be. */
    sealed interface Reading {
        /** An event of the run that was asked for. */
        record Usable(IncomingEvent event) implements Reading {}

        /** Nothing to store. */
        record Skipped(Reason reason) implements Reading {}
    }

    /** Why a frame is not stored. */
    enum Reason {
        /** Not JSON, or not an event with its required members. */
        NOT_AN_EVENT,
        OTHER_TENANT,
        OTHER_RUN,
        TOO_LARGE
    }
}
