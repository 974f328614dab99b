package org.agentos.federation.forward;

import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.agentos.federation.forward.store.ForwardStore;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorHelper;

/** A step of a forward that ends with a stage: the route goes on when the stage does, and no thread waits for it. */
abstract class ForwardStep implements AsyncProcessor {
    final ForwardStore store;
    final InstantSource clock;
    private final Executor continuations;

    /** @param continuations goes on with the route; the journal's own thread must not */
    ForwardStep(ForwardStore store, InstantSource clock, Executor continuations) {
        this.store = store;
        this.clock = clock;
        this.continuations = continuations;
    }

    /** An exception thrown here, or the one the stage ends with, becomes the exchange's. */
    abstract CompletionStage<?> take(Exchange exchange, Forward forward);

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        CompletionStage<?> stage;
        try {
            stage = take(exchange, exchange.getProperty(Forward.PROPERTY, Forward.class));
        } catch (RuntimeException e) {
            stage = CompletableFuture.failedStage(e);
        }
        if (stage.toCompletableFuture().isDone()) {
            stage.whenComplete((done, failure) -> fail(exchange, failure));
            callback.done(true);
            return true;
        }
        stage.whenCompleteAsync(
                (done, failure) -> {
                    fail(exchange, failure);
                    callback.done(false);
                },
                continuations);
        return false;
    }

    private static void fail(Exchange exchange, Throwable failure) {
        if (failure != null) {
            boolean wrapped = failure instanceof CompletionException && failure.getCause() != null;
            exchange.setException(wrapped ? failure.getCause() : failure);
        }
    }

    @Override
    public CompletableFuture<Exchange> processAsync(Exchange exchange) {
        CompletableFuture<Exchange> done = new CompletableFuture<>();
        process(exchange, sync -> done.complete(exchange));
        return done;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        AsyncProcessorHelper.process(this, exchange);
    }
}
