package org.agentos.federation.ingest;

import org.apache.camel.Exchange;
import org.apache.camel.support.ExpressionAdapter;

/** The idempotent consumer's key: tenant, run and event_id of the event at hand. In Java, for it runs once an event. */
public final class EventIdKey extends ExpressionAdapter {
    @Override
    public Object evaluate(Exchange exchange) {
        return RecentEvents.key(((BatchEvent) exchange.getIn().getBody()).event());
    }
}
