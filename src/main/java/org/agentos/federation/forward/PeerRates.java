package org.agentos.federation.forward;

import java.util.Optional;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.peer.Peer;
import org.apache.camel.Exchange;

/** What the rates and quotas of a peer say of one more forward to it. */
@FunctionalInterface
public interface PeerRates {
    /** Takes what the forward uses at this peer, instead of what it took at another one; else the refusal. */
    Optional<FederationException> take(Exchange exchange, Forward forward, Peer peer);
}
