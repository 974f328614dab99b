package org.agentos.federation.views;

import java.util.Map;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Answers {@code GET /v1/federation/runs/{run_id}}. */
public final class ShowRun implements Processor {
    private final RunViews views;

    public ShowRun(RunViews views) {
        this.views = views;
    }

    @Override
    public void process(Exchange exchange) {
        Caller caller = exchange.getProperty(AdmitCaller.CALLER, Caller.class);
        String runId = exchange.getMessage().getHeader("run_id", String.class);
        RunView run = views.show(new RunKey(caller.tenantId().orElseThrow(), runId));
        exchange.getMessage().setBody(Map.of("run", run));
    }
}
