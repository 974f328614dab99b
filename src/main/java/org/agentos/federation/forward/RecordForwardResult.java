package org.agentos.federation.forward;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.RunKey;
import org.apache.camel.Exchange;

/** Puts the run a peer started on disk and into the index, and lets those who joined the forward go on. */
public final class RecordForwardResult extends ForwardStep {
    public RecordForwardResult(ForwardStore store, InstantSource clock, Executor continuations) {
        super(store, clock, continuations);
    }

    @Override
    CompletionStage<?> take(Exchange exchange, Forward forward) {
        PeerAnswer answer = forward.answer();
        RunKey run = new RunKey(forward.tenantId(), answer.runId());
        store.index().reserve(run, forward.peer().stackId(), forward.scope()).ifPresent(reason -> refuse(reason, run));
        JournalRecord.Started started = new JournalRecord.Started(
                forward.scope(), forward.request().runDigest(), forward.attempts(), entry(forward, answer));
        return store.journal().append(started).whenComplete((stored, failure) -> {
            if (failure == null) {
                forward.land(started);
            } else {
                store.index().release(run);
                forward.failed(true);
            }
        });
    }

    private ForwardEntry entry(Forward forward, PeerAnswer answer) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return new ForwardEntry(
                forward.tenantId(),
                answer.runId(),
                forward.peer().stackId(),
                answer.eventsUrl(),
                forward.caller().principalId(),
                java.util.Optional.of(forward.request().agentId()),
                now,
                answer.status(),
                now);
    }

    private static void refuse(String reason, RunKey run) {
        throw new FederationException(ErrorCode.CONFLICT, "The peer gave a run that belongs to another forward.")
                .detail("reason", reason)
                .detail("run_id", run.runId());
    }
}
