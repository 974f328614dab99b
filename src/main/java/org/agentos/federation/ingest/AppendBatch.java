package org.agentos.federation.ingest;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.Verdict;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/** Appends the batch in the body to the event log and goes on, on a worker, once what the log says is on disk. */
public final class AppendBatch extends AsyncProcessorSupport {
    private final EventLog log;
    private final EventMeters meters;
    private final Executor workers;

    public AppendBatch(EventLog log, EventMeters meters, Executor workers) {
        this.log = log;
        this.meters = meters;
        this.workers = workers;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        IngestBatch batch = (IngestBatch) exchange.getIn().getBody();
        List<BatchEvent> open = batch.inLogOrder();
        if (open.isEmpty()) {
            meters.decided(batch);
            callback.done(true);
            return true;
        }
        log.append(batch.source(), open.stream().map(BatchEvent::event).collect(Collectors.toList()))
                .whenCompleteAsync(
                        (verdicts, failure) -> goOn(exchange, callback, batch, open, verdicts, failure), workers);
        return false;
    }

    private void goOn(
            Exchange exchange,
            AsyncCallback callback,
            IngestBatch batch,
            List<BatchEvent> open,
            List<Verdict> verdicts,
            Throwable failure) {
        if (failure != null) {
            exchange.setException(failure);
        } else {
            for (int i = 0; i < open.size(); i++) {
                open.get(i).decide(verdicts.get(i));
            }
            meters.decided(batch);
        }
        callback.done(false);
    }
}
