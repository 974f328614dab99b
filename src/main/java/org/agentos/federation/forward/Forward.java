package org.agentos.federation.forward;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.Replaced;
import org.agentos.federation.forward.store.Digest128;
import org.agentos.federation.forward.store.JournalRecord;
import org.agentos.federation.peer.PathSegment;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.trust.Caller;
import org.agentos.federation.trust.Traceparent;

/**
 * One forward on its way, from the request to the answer: the exchange property {@code forward}. It goes from step to
 * step and is never used by two threads at once.
 */
public final class Forward {
    /** The exchange property it travels in. */
    public static final String PROPERTY = "forward";

    private final ForwardRequest request;
    private final Caller caller;
    private final String key;
    private final Digest128 scope;
    private final Instant startedAt;
    private final List<String> explanation = new ArrayList<>();
    private final boolean explain;

    private CompletableFuture<JournalRecord.Started> flight;
    private String pinnedStackId;
    private final Set<String> tried = new HashSet<>();
    private PeerVisit visit;
    private Instant deadline;
    private String intentStackId;
    private String traceparent;
    private int attempts;
    private boolean uncertain;
    private RetryAdvice.Decision decision = RetryAdvice.Decision.GIVE_UP;
    private PeerAnswer answer;
    private JournalRecord.Evidence evidence;
    private JournalRecord.Started started;
    private boolean replayed;
    private Replaced replaced;

    Forward(ForwardRequest request, Caller caller, String key, boolean explain, Instant startedAt) {
        this.request = request;
        this.caller = caller;
        this.key = key;
        this.explain = explain;
        this.startedAt = startedAt;
        this.scope = new JsonDigest()
                .add(tenantId())
                .add(caller.principalId().orElse(""))
                .add(request.selectorDigest().toString())
                .add(request.agentId())
                .add(key)
                .finish();
    }

    /** Whether the answer is known: another caller's forward, or an earlier one, had the same key. */
    public boolean isAnswered() {
        return started != null;
    }

    /** Whether the failure just met may be followed by another attempt. */
    public boolean mayTryAgain() {
        return decision == RetryAdvice.Decision.TRY_AGAIN;
    }

    /** Whether another peer is to be tried instead of the one that could not be reached. */
    public boolean failsOver() {
        return decision == RetryAdvice.Decision.FAIL_OVER;
    }

    /** Whether an earlier call under its key left open what became of it: this one only asks again. */
    public boolean isRepeat() {
        return pinnedStackId != null;
    }

    /** Whether it has started a run, or may have. */
    public boolean mayHaveStarted() {
        return started != null || uncertain;
    }

    /** Attempts so far, at all peers. */
    public int attempts() {
        return attempts;
    }

    /** The peer the run lives on or is about to be started on; empty before it is known. */
    public Optional<String> stackId() {
        return started != null
                ? Optional.of(started.entry().remoteStackId())
                : Optional.ofNullable(visit).map(at -> at.peer().stackId());
    }

    ForwardRequest request() {
        return request;
    }

    Caller caller() {
        return caller;
    }

    String key() {
        return key;
    }

    Digest128 scope() {
        return scope;
    }

    String tenantId() {
        return caller.tenantId().orElseThrow();
    }

    /** The peer it is at. */
    Peer peer() {
        return visit.peer();
    }

    PeerVisit visit() {
        return visit;
    }

    Optional<String> pinnedStackId() {
        return Optional.ofNullable(pinnedStackId);
    }

    List<String> explanation() {
        return explanation;
    }

    boolean explain() {
        return explain;
    }

    /** The forward is this caller's to make; those who join it wait for the flight. */
    void own(CompletableFuture<JournalRecord.Started> flight) {
        this.flight = flight;
    }

    /** An earlier call under this key, to this peer, may have started a run: no refusal of the peer can undo that. */
    void repeat(CompletableFuture<JournalRecord.Started> flight, String stackId) {
        own(flight);
        pinnedStackId = stackId;
        intentStackId = stackId;
        uncertain = true;
    }

    /** @param deadline for all attempts together, unless the peer has its own */
    void visit(PeerVisit visit, Duration deadline) {
        this.visit = visit;
        this.decision = RetryAdvice.Decision.GIVE_UP;
        int ownMillis = peer().redelivery().deadlineMs().orElse(0);
        this.deadline = startedAt.plus(ownMillis > 0 ? Duration.ofMillis(ownMillis) : deadline);
    }

    /** Turns away from a peer that was never reached, to choose another. */
    void leaveUnreached() {
        explanation.add(peer().stackId() + ": left, it could not be reached");
        tried.add(peer().stackId());
        leavePeer();
        visit = null;
    }

    private void leavePeer() {
        if (visit != null) {
            visit.leave();
        }
    }

    /** What to ask for when a peer is to be chosen. */
    PeerChoice.Question question() {
        Set<String> all = new HashSet<>(tried);
        stackId().ifPresent(all::add);
        return new PeerChoice.Question(request.selector(), tenantId(), request.agentId(), all);
    }

    void intentStored() {
        intentStackId = peer().stackId();
    }

    /** Whether the disk says of any peer that it may be called. */
    boolean isIntentStored() {
        return intentStackId != null;
    }

    /** Whether the disk says so of the peer it is at. */
    boolean isIntentStoredHere() {
        return peer().stackId().equals(intentStackId);
    }

    URI url() {
        return URI.create(peer().baseUrl() + "/v1/agents/" + PathSegment.of(request.agentId()) + "/runs");
    }

    /** The body's, else the caller's, else a new one, the same for all attempts. */
    String traceparent(RandomGenerator random) {
        if (traceparent == null) {
            traceparent = request.traceparent().or(caller::traceparent).orElseGet(() -> Traceparent.random(random));
        }
        return traceparent;
    }

    /** @throws FederationException {@code dependency_unavailable} when the peer's breaker has opened meanwhile */
    void attempt() {
        visit.beginAttempt();
        attempts++;
    }

    Duration remaining(Instant now) {
        return Duration.between(now, deadline);
    }

    /** @param leavesDoubt whether the peer may have started a run all the same */
    void failed(boolean leavesDoubt) {
        this.uncertain |= leavesDoubt;
    }

    void decide(RetryAdvice.Decision decision) {
        this.decision = decision;
    }

    RetryAdvice.Decision decision() {
        return decision;
    }

    /** Whether a run may have been started that nobody here knows of. */
    boolean isUncertain() {
        return uncertain;
    }

    /** What the peer answered with 2xx that is no usable run. */
    Optional<JournalRecord.Evidence> evidence() {
        return Optional.ofNullable(evidence);
    }

    void keepEvidence(JournalRecord.Evidence evidence) {
        this.evidence = evidence;
    }

    PeerAnswer answer() {
        return answer;
    }

    void accept(PeerAnswer answer) {
        this.answer = answer;
    }

    void started(JournalRecord.Started started, boolean replayed) {
        this.started = started;
        this.replayed = replayed;
    }

    JournalRecord.Started started() {
        return started;
    }

    /** The run had a log of another holder, which was set aside. */
    void replaced(Replaced log) {
        replaced = log;
    }

    Optional<Replaced> replaced() {
        return Optional.ofNullable(replaced);
    }

    boolean isReplayed() {
        return replayed;
    }

    void land(JournalRecord.Started started) {
        started(started, false);
        leavePeer();
        flight.complete(started);
    }

    void crash(FederationException refusal) {
        leavePeer();
        flight.completeExceptionally(refusal);
    }
}
