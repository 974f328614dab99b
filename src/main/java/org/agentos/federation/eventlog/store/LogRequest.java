package org.agentos.federation.eventlog.store;

/** What waits for the writing thread, to be done and answered in the order in which it came. */
sealed interface LogRequest permits AppendRequest, ChangeRequest, HoldRequest, NoteRequest {
    /** What it costs in memory. */
    long bytes();

    /** Whether the queue may refuse it: events are sent again, and what makes room for them must not wait behind them. */
    boolean refusable();

    void fail(Throwable failure);
}
