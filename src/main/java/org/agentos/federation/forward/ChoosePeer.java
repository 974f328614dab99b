package org.agentos.federation.forward;

import java.time.Duration;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.settings.ForwardSettings;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Chooses the peer of a forward and takes a place there. A repeated call goes to the peer of the first one. */
public final class ChoosePeer implements Processor {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(60);
    private final PeerChoice choice;
    private final ForwardsInFlight inFlight;
    private final ForwardStore store;
    private final Duration deadline;

    public ChoosePeer(PeerChoice choice, ForwardsInFlight inFlight, ForwardStore store, ForwardSettings settings) {
        this.choice = choice;
        this.inFlight = inFlight;
        this.store = store;
        this.deadline = settings.deadline();
    }

    @Override
    public void process(Exchange exchange) {
        Forward forward = exchange.getProperty(Forward.PROPERTY, Forward.class);
        Peer peer = forward.pinnedStackId().isPresent() ? pinned(forward) : chosen(forward);
        forward.choose(peer, deadline, inFlight.enter(peer));
    }

    private Peer chosen(Forward forward) {
        ForwardRequest request = forward.request();
        Peer peer = choice.choose(request.selector(), forward.tenantId(), request.agentId(), forward.explanation());
        if (!store.keys().takesMore(peer.stackId())) {
            throw new FederationException(
                            ErrorCode.DEPENDENCY_UNAVAILABLE, "Too many calls to this peer ended without an answer.")
                    .retryAfter(RETRY_AFTER);
        }
        return peer;
    }

    private Peer pinned(Forward forward) {
        String stackId = forward.pinnedStackId().orElseThrow();
        Peer peer = choice.named(stackId, forward.tenantId(), forward.request().agentId());
        if (!peer.keysHonoured()) {
            throw new FederationException(
                            ErrorCode.CONFLICT, "An earlier call may have started a run and this peer honours no keys.")
                    .detail("reason", "outcome_unknown");
        }
        forward.explanation().add(stackId + ": an earlier call under this key went there");
        return peer;
    }
}
