package org.agentos.federation.forward;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.forward.store.ForwardEntry;
import org.agentos.federation.forward.store.ForwardKeys;
import org.agentos.federation.forward.store.ForwardKeys.Claim;
import org.agentos.federation.forward.store.ForwardStore;
import org.agentos.federation.forward.store.JournalRecord;
import org.apache.camel.Exchange;

/**
 * Finds out what is known of a forward's idempotency key: nothing, an answer, another caller's forward under way, which
 * this one then waits for, or a call of unknown end, which is to be repeated at the same peer.
 */
public final class ClaimForwardKey extends ForwardStep {
    /**
     * Callers who wait for one key. A client that gives up early and asks again, of a peer that hangs, must not take the places
     * of all requests: one that has left still waits here.
     */
    static final int MAX_JOINED = 256;

    /** Callers who wait for any key. */
    private static final int MAX_JOINED_IN_ALL = 1000;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Semaphore joining = new Semaphore(MAX_JOINED_IN_ALL);

    public ClaimForwardKey(ForwardStore store, InstantSource clock, Executor continuations) {
        super(store, clock, continuations);
    }

    @Override
    CompletionStage<?> take(Exchange exchange, Forward forward) {
        Claim claim = claim(forward);
        if (claim instanceof Claim.Joined joined) {
            return join(forward, joined.flight());
        }
        if (claim instanceof Claim.Fresh fresh) {
            forward.own(fresh.flight());
        } else if (claim instanceof Claim.Repeated repeated) {
            forward.repeat(repeated.flight(), repeated.stackId());
        } else if (claim instanceof Claim.Replayed replayed) {
            forward.started(answerOf(forward, replayed), true);
        }
        return CompletableFuture.completedStage(null);
    }

    private CompletionStage<Void> join(Forward forward, CompletableFuture<JournalRecord.Started> flight) {
        if (flight.getNumberOfDependents() >= MAX_JOINED || !joining.tryAcquire()) {
            throw new FederationException(
                            ErrorCode.DEPENDENCY_UNAVAILABLE, "Too many callers wait for a forward under way.")
                    .detail("reason", "too_many_joined")
                    .detail("idempotency_key", forward.key())
                    .retryAfter(RETRY_AFTER);
        }
        // A copy: this caller may leave, the flight goes on.
        return flight.copy()
                .whenComplete((started, failure) -> joining.release())
                .thenAccept(started -> forward.started(started, true));
    }

    private Claim claim(Forward forward) {
        try {
            return store.keys().claim(forward.scope(), forward.request().runDigest(), clock.instant());
        } catch (FederationException e) {
            throw e.detail("idempotency_key", forward.key());
        }
    }

    private JournalRecord.Started answerOf(Forward forward, Claim.Replayed replayed) {
        ForwardEntry entry = store.index().find(replayed.run()).orElseThrow();
        ForwardKeys.Settled settled = replayed.settled();
        ForwardEntry asAnswered = entry.heard(settled.status(), entry.createdAt());
        return new JournalRecord.Started(forward.scope(), settled.run(), settled.attempts(), asAnswered);
    }
}
