package org.agentos.federation.forward;

import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/** Whether what is known of a forward's key answers it already. In Java, for it is asked of every forward. */
public final class ForwardAnswered implements Predicate {
    @Override
    public boolean matches(Exchange exchange) {
        return exchange.getProperty(Forward.PROPERTY, Forward.class).isAnswered();
    }
}
