package org.agentos.federation.eventlog.store;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.Replaced;
import org.agentos.federation.eventlog.RunKey;

/** A forward's answer on its way to the writing thread: the run is this peer's. See {@link EventLog#hold}. */
record HoldRequest(RunKey run, String holder, CompletableFuture<Optional<Replaced>> answer) implements LogRequest {
    private static final int BYTES = 512;

    HoldRequest(RunKey run, String holder) {
        this(run, holder, new CompletableFuture<>());
    }

    @Override
    public long bytes() {
        return BYTES;
    }

    /** A peer has started the run already, and forwards in flight are bounded. */
    @Override
    public boolean refusable() {
        return false;
    }

    @Override
    public void fail(Throwable failure) {
        answer.completeExceptionally(failure);
    }
}
