package org.agentos.federation.forward;

import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.forward.store.ForwardStore;
import org.agentos.federation.forward.store.JournalRecord;
import org.apache.camel.Exchange;

/**
 * Puts on disk which peer is about to be called, so that a crash during the call leaves a trace. A run whose trace or
 * whose events could not be stored is not started. A forward that turned away from a peer it could not reach moves its
 * intent: the later line is the one that holds.
 */
public final class RecordForwardIntent extends ForwardStep {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Supplier<Optional<String>> storageProblem;

    /**
     * The step.
     *
     * @param storageProblem why nothing can be stored at the moment, if so
     * @param calls the threads that call peers, which is what comes next
     */
    public RecordForwardIntent(
            ForwardStore store, Supplier<Optional<String>> storageProblem, InstantSource clock, Executor calls) {
        super(store, clock, calls);
        this.storageProblem = storageProblem;
    }

    @Override
    CompletionStage<?> take(Exchange exchange, Forward forward) {
        if (forward.isIntentStoredHere()) {
            return CompletableFuture.completedStage(null);
        }
        storageProblem.get().ifPresent(problem -> {
            throw new FederationException(ErrorCode.STORAGE_UNAVAILABLE, problem).retryAfter(RETRY_AFTER);
        });
        JournalRecord intent = new JournalRecord.Intent(
                forward.scope(),
                forward.request().runDigest(),
                forward.tenantId(),
                forward.peer().stackId(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                Optional.of(ask(forward)));
        return store.append(intent).thenRun(forward::intentStored);
    }

    private static JournalRecord.Ask ask(Forward forward) {
        return new JournalRecord.Ask(
                forward.caller().principalId(),
                Optional.of(forward.request().agentId()),
                forward.key(),
                forward.request().run().kept());
    }
}
