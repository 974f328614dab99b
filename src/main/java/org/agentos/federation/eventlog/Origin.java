package org.agentos.federation.eventlog;

/** How an event reached this gateway. */
public enum Origin {
    /** A peer sent it to events:ingest. */
    PUSHED,
    /** The gateway read it from the peer's event stream. */
    MIRRORED
}
