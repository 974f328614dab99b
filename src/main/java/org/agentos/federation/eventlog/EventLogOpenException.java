package org.agentos.federation.eventlog;

/** The event log cannot be opened; the message names the path, the reason and the way out. */
public final class EventLogOpenException extends RuntimeException {
    public EventLogOpenException(String message) {
        super(message);
    }

    public EventLogOpenException(String message, Throwable cause) {
        super(message, cause);
    }
}
