package org.agentos.federation.eventlog.store;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Changes on their way to the writing thread, and the promise to tell how many were made once they are on disk. A request
 * without changes is answered when all that was written before it is.
 */
record ChangeRequest(List<LogChange> changes, CompletableFuture<Integer> made) implements LogRequest {
    private static final int CHANGE_BYTES = 256;

    ChangeRequest(List<LogChange> changes) {
        this(List.copyOf(changes), new CompletableFuture<>());
    }

    @Override
    public long bytes() {
        return CHANGE_BYTES * (1L + changes.size());
    }

    @Override
    public boolean refusable() {
        return false;
    }

    @Override
    public void fail(Throwable failure) {
        made.completeExceptionally(failure);
    }
}
