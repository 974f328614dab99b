package org.agentos.federation.holder;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.agentos.federation.audit.Audited;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.peer.PathSegment;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerBreaker.Permit;
import org.agentos.federation.peer.PeerBreaker.Verdict;
import org.agentos.federation.peer.PeerGuards.Guard;
import org.agentos.federation.trust.Caller;

/**
 * A run that a request is about, and what its holder is asked for it: the exchange property {@code holderCall}. It goes
 * from step to step and is never used by two threads at once.
 */
public final class HolderCall implements Audited {
    /** The exchange property it travels in. */
    public static final String PROPERTY = "holderCall";

    /** What a call is for. */
    enum Purpose {
        STATE,
        CANCEL
    }

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final RunKey run;
    private final Caller caller;
    private final Optional<Peer> holder;
    private final boolean over;

    private Purpose purpose = Purpose.STATE;
    private CompletableFuture<HeardState> question;
    private HeardState heard;
    private FederationException refusal;
    private Instant deadline;
    private int attempts;
    private boolean tryAgain;
    private Runnable place = () -> {};
    private Optional<Permit> permit = Optional.empty();

    /**
     * @param holder empty when it is not known, or not one that may be called for this tenant
     * @param over whether the run's end is known here
     */
    HolderCall(RunKey run, Caller caller, Optional<Peer> holder, boolean over) {
        this.run = run;
        this.caller = caller;
        this.holder = holder;
        this.over = over;
    }

    public RunKey run() {
        return run;
    }

    /** What was heard for this request, or lately; empty when nobody was asked. */
    public Optional<HeardState> heard() {
        return Optional.ofNullable(heard);
    }

    /** Whether the failure just met is followed by another attempt. */
    public boolean mayTryAgain() {
        return tryAgain;
    }

    Caller caller() {
        return caller;
    }

    Optional<Peer> holder() {
        return holder;
    }

    Peer peer() {
        return holder.orElseThrow();
    }

    boolean isOver() {
        return over;
    }

    Purpose purpose() {
        return purpose;
    }

    HeardStates.Key key() {
        return new HeardStates.Key(run, caller.principalId());
    }

    void begin(Purpose purpose, Instant deadline) {
        this.purpose = purpose;
        this.deadline = deadline;
        this.attempts = 0;
    }

    /** The question is this request's to put; others may wait for its answer. */
    void own(CompletableFuture<HeardState> question) {
        this.question = question;
    }

    boolean ownsQuestion() {
        return question != null;
    }

    void hear(HeardState heard) {
        this.heard = heard;
        if (question != null) {
            question.complete(heard);
            question = null;
        }
    }

    Optional<FederationException> refusal() {
        return Optional.ofNullable(refusal);
    }

    void refuse(FederationException refusal) {
        this.refusal = refusal;
    }

    URI url() {
        String path = "/v1/runs/" + PathSegment.of(run.runId());
        return URI.create(peer().baseUrl() + path + (purpose == Purpose.CANCEL ? ":cancel" : ""));
    }

    Duration remaining(Instant now) {
        return Duration.between(now, deadline);
    }

    /** The deadline has passed; whether the holder did what it was asked for is open. */
    static FederationException tooLate() {
        return new FederationException(ErrorCode.TIMEOUT, "The deadline passed.")
                .detail("state", "unknown")
                .retryAfter(RETRY_AFTER);
    }

    int attempts() {
        return attempts;
    }

    void enter(Runnable place) {
        this.place = place;
    }

    /** @throws FederationException {@code dependency_unavailable} when the peer's breaker is open */
    void beginAttempt(Guard guard) {
        permit = guard.breaker().tryAcquire();
        if (permit.isEmpty()) {
            throw new FederationException(
                            ErrorCode.DEPENDENCY_UNAVAILABLE, "The peer fails; no call goes there at the moment.")
                    .detail("reason", "breaker_open")
                    .retryAfter(guard.breaker().retryAfter());
        }
        if (attempts == 0) {
            guard.budget().request();
        }
        attempts++;
    }

    void endAttempt(Verdict verdict, boolean tryAgain) {
        permit.ifPresent(held -> held.end(verdict));
        permit = Optional.empty();
        this.tryAgain = tryAgain;
    }

    /** Gives back what the call holds here. */
    void leave() {
        endAttempt(Verdict.NO_CALL, false);
        place.run();
        place = () -> {};
    }

    @Override
    public Optional<String> auditResource() {
        return Optional.of(run.runId());
    }

    @Override
    public Map<String, Object> auditMeta() {
        return holder.<Map<String, Object>>map(peer -> Map.of("stack_id", peer.stackId()))
                .orElse(Map.of());
    }
}
