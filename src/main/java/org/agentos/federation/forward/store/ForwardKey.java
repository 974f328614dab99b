package org.agentos.federation.forward.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.agentos.federation.eventlog.RunKey;

/** One idempotency key and what became of it. {@link ForwardKeys} guards it and moves it from phase to phase. */
final class ForwardKey {
    final Digest128 scope;
    final Digest128 run;
    Instant at;
    Phase phase = Phase.IN_FLIGHT;
    CompletableFuture<JournalRecord.Started> flight;
    /** Null until the intent to call it is on disk. */
    String stackId;

    String tenantId;
    JournalRecord.Ask ask;
    /** What the peer answered last that was no run; null = nothing such. */
    JournalRecord.Evidence evidence;

    RunKey started;
    ForwardKeys.Settled settled;
    boolean aging;

    enum Phase {
        IN_FLIGHT,
        UNKNOWN,
        SETTLED
    }

    ForwardKey(Digest128 scope, Digest128 run, Instant at) {
        this.scope = scope;
        this.run = run;
        this.at = at;
    }

    CompletableFuture<JournalRecord.Started> fly() {
        phase = Phase.IN_FLIGHT;
        flight = new CompletableFuture<>();
        return flight;
    }

    void settle(JournalRecord.Started record) {
        phase = Phase.SETTLED;
        flight = null;
        ask = null;
        evidence = null;
        started = record.entry().run();
        settled = new ForwardKeys.Settled(run, record.entry().state(), record.attempts());
        at = record.entry().createdAt();
    }

    JournalRecord.Intent intent() {
        return new JournalRecord.Intent(scope, run, tenantId, stackId, at, Optional.ofNullable(ask));
    }

    boolean expired(Instant now, Duration retention) {
        return phase != Phase.IN_FLIGHT && at.plus(retention).isBefore(now);
    }
}
