package org.agentos.federation.mirror;

import java.util.Optional;
import java.util.function.Function;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Keeps an admitted caller's token for the mirrors of its principal's runs at the peer it is dealing with. */
public final class KeepCallerToken implements Processor {
    private final CallerTokens tokens;
    private final Function<Exchange, Optional<Peer>> peer;

    /** @param peer the one the caller is dealing with; empty = none that a token could go to */
    public KeepCallerToken(CallerTokens tokens, Function<Exchange, Optional<Peer>> peer) {
        this.tokens = tokens;
        this.peer = peer;
    }

    @Override
    public void process(Exchange exchange) {
        Caller caller = exchange.getProperty(AdmitCaller.CALLER, Caller.class);
        peer.apply(exchange).ifPresent(known -> tokens.offer(known, caller));
    }
}
