package org.agentos.federation.sse;

/** An event stream that goes over a limit of its reader. What came before stays good; the rest cannot be read. */
public final class EventStreamException extends RuntimeException {

    /** Which limit. */
    public enum Limit {
        LINE,
        EVENT
    }

    private final Limit limit;

    EventStreamException(Limit limit, int bytes) {
        super(
                (limit == Limit.LINE ? "a line" : "the data of an event") + " is longer than " + bytes + " bytes",
                null,
                false,
                false);
        this.limit = limit;
    }

    public Limit limit() {
        return limit;
    }
}
