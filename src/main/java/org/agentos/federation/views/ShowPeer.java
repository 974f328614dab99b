package org.agentos.federation.views;

import java.util.Map;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Answers {@code GET /v1/federation/peers/{stack_id}}. */
public final class ShowPeer implements Processor {
    private final PeerViews views;

    public ShowPeer(PeerViews views) {
        this.views = views;
    }

    @Override
    public void process(Exchange exchange) {
        Caller caller = exchange.getProperty(AdmitCaller.CALLER, Caller.class);
        String stackId = exchange.getMessage().getHeader("stack_id", String.class);
        exchange.getMessage().setBody(Map.of("peer", views.show(caller, stackId)));
    }
}
