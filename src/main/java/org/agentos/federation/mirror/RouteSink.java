package org.agentos.federation.mirror;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.Source;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.ingest.AppendBatch;
import org.agentos.federation.ingest.IngestBatch;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;

/** Sends what mirrors read through the route that pushed events take. It is tied to that route once Camel runs. */
public final class RouteSink implements MirrorSink {
    private static final String ROUTE = "direct:append-events";

    /** More than so many in one batch would keep the event loop, and with it other runs, for milliseconds. */
    private static final int MOST_ON_THE_LOOP = 64;

    private final Executor workers;
    private volatile AsyncProducer route;

    /** @param workers take large batches through the route */
    public RouteSink(Executor workers) {
        this.workers = workers;
    }

    /** Ties the sink to the route; mirrors start after this. */
    public void connect(CamelContext camel) throws Exception {
        AsyncProducer producer = camel.getEndpoint(ROUTE).createAsyncProducer();
        producer.start();
        route = producer;
    }

    @Override
    public CompletionStage<List<Verdict>> take(MirroredRun run, List<IncomingEvent> events, Executor loop) {
        IngestBatch batch = IngestBatch.of(
                new Source(Origin.MIRRORED, Optional.of(run.peer().stackId())), events);
        CompletableFuture<List<Verdict>> verdicts = new CompletableFuture<>();
        if (events.size() > MOST_ON_THE_LOOP) {
            workers.execute(() -> send(batch, workers, verdicts));
        } else {
            send(batch, loop, verdicts);
        }
        return verdicts;
    }

    private void send(IngestBatch batch, Executor after, CompletableFuture<List<Verdict>> verdicts) {
        try {
            Exchange exchange = route.getEndpoint().createExchange();
            exchange.getMessage().setBody(batch);
            if (after != workers) { // which do it anyway, and the split copies what is set for each event
                exchange.setProperty(AppendBatch.GO_ON_AT, after);
            }
            route.process(exchange, done -> settle(exchange, batch, verdicts));
        } catch (RuntimeException failure) { // on a worker nobody else would hear of it
            verdicts.completeExceptionally(failure);
        }
    }

    private static void settle(Exchange exchange, IngestBatch batch, CompletableFuture<List<Verdict>> verdicts) {
        if (exchange.getException() == null) {
            verdicts.complete(batch.verdicts());
        } else {
            verdicts.completeExceptionally(exchange.getException());
        }
    }
}
