package org.agentos.federation.views;

import java.util.Map;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Answers {@code GET /v1/federation/peers}. */
public final class ListPeers implements Processor {
    private final PeerViews views;

    public ListPeers(PeerViews views) {
        this.views = views;
    }

    @Override
    public void process(Exchange exchange) {
        Caller caller = exchange.getProperty(AdmitCaller.CALLER, Caller.class);
        exchange.getMessage().setBody(Map.of("peers", views.list(caller)));
    }
}
