package org.agentos.federation.forward;

import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/** Whether a failed call is to be made at another peer: none has reached the first one, and there is another. */
public final class MayFailOver implements Predicate {
    @Override
    public boolean matches(Exchange exchange) {
        return exchange.getProperty(Forward.PROPERTY, Forward.class).failsOver();
    }
}
