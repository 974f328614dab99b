package org.agentos.federation.views;

import java.util.Map;
import org.agentos.federation.holder.HolderCall;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Answers with a run, and with what its holder has said of it if it was asked. */
public final class ShowRun implements Processor {
    private final RunViews views;

    public ShowRun(RunViews views) {
        this.views = views;
    }

    @Override
    public void process(Exchange exchange) {
        HolderCall call = exchange.getProperty(HolderCall.PROPERTY, HolderCall.class);
        RunView run = views.show(call.run(), call.heard());
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(Map.of("run", run));
    }
}
