package org.agentos.federation.forward;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.forward.store.ForwardEntry;
import org.agentos.federation.forward.store.ForwardStore;
import org.agentos.federation.forward.store.JournalRecord;
import org.apache.camel.Exchange;

/**
 * Puts the run a peer started on disk and into the index, and lets those who joined the forward go on. The event log
 * hears first whose run it is: what others brought of it before is set aside, and a crash between the two leaves a forward
 * of unknown end, which is asked about again, never one that is answered over a log of somebody else.
 */
public final class RecordForwardResult extends ForwardStep {
    private final EventLog log;

    public RecordForwardResult(ForwardStore store, EventLog log, InstantSource clock, Executor continuations) {
        super(store, clock, continuations);
        this.log = log;
    }

    @Override
    CompletionStage<?> take(Exchange exchange, Forward forward) {
        PeerAnswer answer = forward.answer();
        RunKey run = new RunKey(forward.tenantId(), answer.runId());
        store.index().reserve(run, forward.peer().stackId(), forward.scope()).ifPresent(reason -> refuse(reason, run));
        JournalRecord.Started started = new JournalRecord.Started(
                forward.scope(), forward.request().runDigest(), forward.attempts(), entry(forward, answer));
        return hold(run, forward).thenCompose(held -> store.append(started)).whenComplete((stored, failure) -> {
            if (failure == null) {
                forward.land(started);
            } else {
                store.index().release(run);
                forward.failed(true);
            }
        });
    }

    /** A run that the index knows was this peer's before; whatever its log holds came since. */
    private CompletionStage<Void> hold(RunKey run, Forward forward) {
        return store.index().find(run).isPresent()
                ? CompletableFuture.completedStage(null)
                : log.hold(run, forward.peer().stackId()).thenAccept(replaced -> replaced.ifPresent(forward::replaced));
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
