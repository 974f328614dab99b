package org.agentos.federation.holder;

import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.RunEnd;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Lets a cancel that was not taken fail, unless the run turns out to be over. */
public final class JudgeCancel implements Processor {
    @Override
    public void process(Exchange exchange) {
        HolderCall call = exchange.getProperty(HolderCall.PROPERTY, HolderCall.class);
        boolean over = call.heard()
                .flatMap(HeardState::state)
                .flatMap(RunEnd::ofStatus)
                .isPresent();
        if (call.refusal().isPresent() && !over) {
            FederationException refusal = call.refusal().get();
            // Camel counts what call-holder gave up on as dealt with; the refusal is a failure of its own.
            exchange.getExchangeExtension().setFailureHandled(false);
            throw refusal;
        }
    }
}
