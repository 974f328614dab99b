package org.agentos.federation.ingest;

import org.agentos.federation.eventlog.RunKey;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * Lets a batch wait that would leave a gap in a run whose mirror can fill it. Nothing of it is stored or answered
 * meanwhile, and no thread waits. A batch of several runs is not held: it is decided whole, and a run without a mirror must
 * never wait for another one's.
 */
public final class HoldForGap extends AsyncProcessorSupport {
    private final GapHolds holds;

    public HoldForGap(GapHolds holds) {
        this.holds = holds;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        IngestBatch batch = (IngestBatch) exchange.getIn().getBody();
        RunKey run = batch.firstRun();
        boolean held = run != null
                && holds.concerns(run)
                && batch.isOnlyOf(run)
                && holds.hold(run, Sequences.of(batch), () -> callback.done(false));
        if (!held) {
            callback.done(true);
        }
        return !held;
    }
}
