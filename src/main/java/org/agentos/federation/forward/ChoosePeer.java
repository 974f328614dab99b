package org.agentos.federation.forward;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.forward.store.ForwardStore;
import org.agentos.federation.forward.store.UnknownForward;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerBreaker;
import org.agentos.federation.peer.PeerBreaker.Permit;
import org.agentos.federation.peer.PeerBreaker.Verdict;
import org.agentos.federation.peer.PeerGuards;
import org.agentos.federation.settings.ForwardSettings;
import org.apache.camel.Exchange;

/**
 * Chooses the peer of a forward, asks its breaker and takes a place there, waiting for one without a thread. A repeated
 * call goes to the peer of the first one.
 */
public final class ChoosePeer extends ForwardStep {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(60);
    private final PeerChoice choice;
    private final ForwardsInFlight inFlight;
    private final PeerGuards guards;
    private final ForwardMeters meters;
    private final OpenVisits visits;
    private final PeerRates rates;
    private final Supplier<ForwardSettings> settings;

    public ChoosePeer(
            PeerChoice choice,
            ForwardsInFlight inFlight,
            PeerGuards guards,
            ForwardMeters meters,
            ForwardStore store,
            OpenVisits visits,
            PeerRates rates,
            Supplier<ForwardSettings> settings,
            InstantSource clock,
            Executor continuations) {
        super(store, clock, continuations);
        this.choice = choice;
        this.inFlight = inFlight;
        this.guards = guards;
        this.meters = meters;
        this.visits = visits;
        this.rates = rates;
        this.settings = settings;
    }

    @Override
    CompletionStage<?> take(Exchange exchange, Forward forward) {
        List<Peer> candidates = forward.pinnedStackId().isPresent()
                ? List.of(pinned(forward))
                : choice.choose(forward.question(), forward.explanation());
        FederationException limited = null;
        for (Peer peer : candidates) {
            Optional<Permit> permit = breaker(peer).tryAcquire();
            if (permit.isPresent()) {
                Optional<FederationException> over = rates.take(exchange, forward, peer);
                if (over.isEmpty()) {
                    return enter(forward, peer, permit.get());
                }
                permit.get().end(Verdict.NO_CALL);
                forward.explanation().add(peer.stackId() + ": not called, its rate or quota is used up");
                limited = limited == null ? over.get() : limited;
                continue;
            }
            forward.explanation()
                    .add(peer.stackId() + ": not called, its breaker is "
                            + breaker(peer).state());
        }
        throw limited == null ? turnAway(candidates.get(0)) : limited;
    }

    /** By the time there is a place, those before may have shown that the peer is not worth another call. */
    private CompletionStage<Void> enter(Forward forward, Peer peer, Permit permit) {
        refuseTooManyUnsettled(forward, peer, permit);
        BooleanSupplier allowed = () -> choice.allows(
                peer.stackId(), forward.tenantId(), forward.request().agentId());
        return inFlight.enter(peer, forward.tenantId(), allowed).handle((place, refusal) -> {
            if (refusal != null) {
                permit.end(Verdict.NO_CALL);
                forward.explanation().add(peer.stackId() + ": not called, no place became free");
                if (allowed.getAsBoolean()) {
                    meters.refused(peer.stackId(), ForwardsInFlight.BULKHEAD_FULL);
                }
                throw new CompletionException(refusal);
            }
            if (breaker(peer).isOpen()) {
                permit.end(Verdict.NO_CALL);
                place.leave();
                throw turnAway(peer);
            }
            forward.visit(
                    visits.open(peer, guards.of(peer.stackId()), place, permit, forward.tenantId(), allowed),
                    settings.get().deadline());
            return null;
        });
    }

    private void refuseTooManyUnsettled(Forward forward, Peer peer, Permit permit) {
        if (forward.pinnedStackId().isEmpty() && !store.keys().takesMore(peer.stackId())) {
            permit.end(Verdict.NO_CALL);
            throw new FederationException(
                            ErrorCode.DEPENDENCY_UNAVAILABLE, "Too many calls to this peer ended without an answer.")
                    .detail("reason", "too_many_unsettled")
                    .retryAfter(RETRY_AFTER);
        }
    }

    private FederationException turnAway(Peer peer) {
        meters.refused(peer.stackId(), PeerVisit.BREAKER_OPEN);
        return PeerVisit.breakerOpen(breaker(peer));
    }

    private PeerBreaker breaker(Peer peer) {
        return guards.of(peer.stackId()).breaker();
    }

    /** Tells what is known; that nobody asks the peer again is the operator's to end. */
    private FederationException outcomeUnknown(Forward forward, String why) {
        FederationException refusal = new FederationException(
                        ErrorCode.DEPENDENCY_UNAVAILABLE,
                        "An earlier call may have started a run, and the peer cannot be asked; an operator can settle it.")
                .detail("reason", "outcome_unknown")
                .detail("why", why)
                .detail("settle", "POST /v1/federation/forwards/" + forward.scope() + ":settle")
                .retryAfter(RETRY_AFTER);
        store.keys().unknown(forward.scope()).ifPresent(known -> refusal.detail(
                        "stack_id", known.intent().stackId())
                .detail("since", known.intent().at().toString())
                .detail(
                        "peer_answer",
                        known.evidence().map(UnknownForward::answer).orElse(null)));
        return refusal;
    }

    private Peer pinned(Forward forward) {
        String stackId = forward.pinnedStackId().orElseThrow();
        if (!choice.knows(stackId)) {
            throw outcomeUnknown(forward, "peer_not_configured");
        }
        Peer peer = choice.named(stackId, forward.tenantId(), forward.request().agentId());
        if (!choice.honoursKeys(peer)) {
            throw outcomeUnknown(forward, "peer_honours_no_keys");
        }
        forward.explanation().add(stackId + ": an earlier call under this key went there");
        return peer;
    }
}
