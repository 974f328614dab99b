package org.agentos.federation.ingest;

import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.support.ExpressionAdapter;

/** What the split goes over: the events of the batch that were not refused, in the order they ask to be stored. */
public final class OpenEvents extends ExpressionAdapter {
    @Override
    public List<BatchEvent> evaluate(Exchange exchange) {
        return ((IngestBatch) exchange.getIn().getBody()).inLogOrder();
    }
}
