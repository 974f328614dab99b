package org.agentos.federation.stream;

/** Where a reader wants to start. Every place is exclusive: events after it. */
public sealed interface Start {

    /** From the earliest kept event. */
    record Earliest() implements Start {}

    /** From now. */
    record Latest() implements Start {}

    /** After the place a cursor names; its text is judged against the run's log later. */
    record AfterCursor(String text) implements Start {}

    /** After the event with a sequence number, 0 or more. */
    record AfterSequence(long sequence) implements Start {}

    /** Whether the reader comes back to a place it named, rather than for the first time. */
    default boolean resumes() {
        return this instanceof AfterCursor || this instanceof AfterSequence;
    }
}
