package org.agentos.federation.holder;

import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/** Whether no end of the run is known here. */
public final class RunGoesOn implements Predicate {
    @Override
    public boolean matches(Exchange exchange) {
        return !exchange.getProperty(HolderCall.PROPERTY, HolderCall.class).isOver();
    }
}
