package org.agentos.federation.holder;

import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/** Whether this request is the one that asks the holder for the run's state. */
public final class HolderToBeAsked implements Predicate {
    @Override
    public boolean matches(Exchange exchange) {
        return exchange.getProperty(HolderCall.PROPERTY, HolderCall.class).ownsQuestion();
    }
}
