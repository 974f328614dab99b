package org.agentos.federation.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Verdict;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * Appends the batch in the body to the event log and goes on once what the log says is on disk: on a worker, or where the
 * exchange property {@value #GO_ON_AT} has it.
 */
public final class AppendBatch extends AsyncProcessorSupport {
    /** An {@link Executor} whose thread is to be woken anyway when the batch is done: one change of thread less. */
    public static final String GO_ON_AT = "goOnAt";

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
        log.append(batch.source(), events(open))
                .whenCompleteAsync(
                        (verdicts, failure) -> goOn(exchange, callback, batch, open, verdicts, failure),
                        exchange.getProperty(GO_ON_AT, workers, Executor.class));
        return false;
    }

    private static List<IncomingEvent> events(List<BatchEvent> batch) {
        List<IncomingEvent> events = new ArrayList<>(batch.size());
        for (BatchEvent event : batch) {
            events.add(event.event());
        }
        return events;
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
