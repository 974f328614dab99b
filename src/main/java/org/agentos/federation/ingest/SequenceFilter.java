package org.agentos.federation.ingest;

import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.IncomingEvent;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Marks an event whose sequence is not greater than the last one its run is known to hold. Like the mark of the
 * idempotent consumer it tells steps between here and the log that their work would be for nothing; the log decides.
 */
public final class SequenceFilter implements Processor {
    private final EventLog log;

    public SequenceFilter(EventLog log) {
        this.log = log;
    }

    @Override
    public void process(Exchange exchange) {
        BatchEvent event = (BatchEvent) exchange.getIn().getBody();
        IncomingEvent incoming = event.event();
        if (incoming.sequence() > 0 && incoming.sequence() <= log.lastSequenceHint(incoming.run())) {
            event.markLate();
        }
    }
}
