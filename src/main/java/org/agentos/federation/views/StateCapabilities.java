package org.agentos.federation.views;

import java.util.Optional;
import org.agentos.federation.peer.LocalStack;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Answers {@code GET /v1/federation/peer/capabilities}: what differs by tenant is told to a caller that has one. */
public final class StateCapabilities implements Processor {
    private final LocalStack stack;

    public StateCapabilities(LocalStack stack) {
        this.stack = stack;
    }

    @Override
    public void process(Exchange exchange) {
        Optional<Caller> caller = Optional.ofNullable(exchange.getProperty(AdmitCaller.CALLER, Caller.class));
        exchange.getMessage()
                .setBody(stack.capabilities(caller.flatMap(Caller::tenantId), caller.flatMap(known -> known.provenPeer()
                        .or(known::claimedPeer))));
    }
}
