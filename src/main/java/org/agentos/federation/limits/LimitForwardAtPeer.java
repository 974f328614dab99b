package org.agentos.federation.limits;

import java.util.Optional;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.forward.Forward;
import org.agentos.federation.forward.PeerRates;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.settings.LimitKind;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;

/** The limits of the peer that a forward is about to go to, asked while it is chosen: another one may have something left. */
public final class LimitForwardAtPeer implements PeerRates {
    private final Limits limits;

    public LimitForwardAtPeer(Limits limits) {
        this.limits = limits;
    }

    @Override
    public Optional<FederationException> take(Exchange exchange, Forward forward, Peer peer) {
        Charge begun = exchange.getProperty(Charge.PROPERTY, Charge.class);
        if (forward.isRepeat() || (begun == null && !Limits.concerns(peer))) {
            return Optional.empty();
        }
        Charge charge = begun == null ? LimitForward.begin(exchange, limits) : begun;
        Caller caller = exchange.getProperty(AdmitCaller.CALLER, Caller.class);
        return charge.takeAtPeer(
                limits.at(peer, LimitKind.FORWARDS, caller.tenantId().orElseThrow()), kind -> 1);
    }
}
