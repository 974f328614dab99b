package org.agentos.federation.forward;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Gives back the place at a peer that no call has reached; the next choice leaves that peer out. */
public final class TurnToAnotherPeer implements Processor {
    @Override
    public void process(Exchange exchange) {
        exchange.getProperty(Forward.PROPERTY, Forward.class).leaveUnreached();
    }
}
