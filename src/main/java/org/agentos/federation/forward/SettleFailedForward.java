package org.agentos.federation.forward;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.forward.store.ForwardStore;
import org.agentos.federation.forward.store.JournalRecord;
import org.apache.camel.Exchange;

/**
 * Ends a forward that brought no run: frees its key after a definite no, keeps it as unknown otherwise, and refuses the
 * caller and those who joined.
 */
public final class SettleFailedForward extends ForwardStep {
    private final ForwardMeters meters;

    public SettleFailedForward(ForwardStore store, ForwardMeters meters, InstantSource clock, Executor continuations) {
        super(store, clock, continuations);
        this.meters = meters;
    }

    @Override
    CompletionStage<?> take(Exchange exchange, Forward forward) {
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        // Camel counts what call-peer gave up on as dealt with; the refusal is a failure of its own.
        exchange.getExchangeExtension().setFailureHandled(false);
        Instant now = clock.instant();
        forward.failed(PeerFailure.of(failure, now).leavesDoubt());
        FederationException refusal = ForwardRefusal.of(failure, forward, now);
        meters.failed(refusal.code());
        if (failure instanceof PeerCallLimits.TooLargeException large && large.isSuccess()) {
            forward.keepEvidence(new JournalRecord.Evidence(
                    forward.scope(), now.truncatedTo(ChronoUnit.MILLIS), large.status(), refusal.getMessage(), ""));
        }
        return settleKey(forward).handle((settled, ignored) -> {
            forward.crash(refusal);
            throw refusal;
        });
    }

    private CompletionStage<Void> keepEvidence(Forward forward) {
        return forward.evidence()
                .map(evidence -> store.append(evidence))
                .orElseGet(() -> CompletableFuture.completedStage(null));
    }

    private CompletionStage<Void> settleKey(Forward forward) {
        if (!forward.isIntentStored()) {
            store.keys().abandon(forward.scope());
        } else if (forward.isUncertain()) {
            return keepEvidence(forward)
                    .whenComplete((kept, failure) -> store.keys().leaveUnknown(forward.scope()));
        } else {
            return store.append(new JournalRecord.Freed(forward.scope())).whenComplete((freed, failure) -> {
                if (failure != null) {
                    store.keys().leaveUnknown(forward.scope());
                }
            });
        }
        return CompletableFuture.completedStage(null);
    }
}
