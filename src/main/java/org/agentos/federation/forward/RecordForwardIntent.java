package org.agentos.federation.forward;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.camel.Exchange;

/** Puts on disk which peer is about to be called, so that a crash during the call leaves a trace. */
public final class RecordForwardIntent extends ForwardStep {
    public RecordForwardIntent(ForwardStore store, InstantSource clock, Executor continuations) {
        super(store, clock, continuations);
    }

    @Override
    CompletionStage<?> take(Exchange exchange, Forward forward) {
        if (forward.isIntentStored()) {
            return CompletableFuture.completedStage(null);
        }
        JournalRecord intent = new JournalRecord.Intent(
                forward.scope(),
                forward.request().runDigest(),
                forward.tenantId(),
                forward.peer().stackId(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                ask(forward));
        return store.journal().append(intent).thenRun(forward::intentStored);
    }

    private static Optional<JournalRecord.Ask> ask(Forward forward) {
        return forward.request()
                .run()
                .kept()
                .map(body -> new JournalRecord.Ask(forward.caller().principalId(), forward.key(), body));
    }
}
