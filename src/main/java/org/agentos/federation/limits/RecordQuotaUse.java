package org.agentos.federation.limits;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/** The step after which what a request uses of quotas is on disk. No thread waits for it, and mostly nothing does. */
public final class RecordQuotaUse extends AsyncProcessorSupport {
    private final Executor continuations;

    public RecordQuotaUse(Executor continuations) {
        this.continuations = continuations;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Charge charge = exchange.getProperty(Charge.PROPERTY, Charge.class);
        return charge == null ? goOn(callback) : goOnWhen(charge.keep(), exchange, callback, continuations);
    }

    private static boolean goOn(AsyncCallback callback) {
        callback.done(true);
        return true;
    }

    static boolean goOnWhen(
            CompletionStage<Void> kept, Exchange exchange, AsyncCallback callback, Executor continuations) {
        if (kept.toCompletableFuture().isDone() && !kept.toCompletableFuture().isCompletedExceptionally()) {
            return goOn(callback);
        }
        kept.whenCompleteAsync(
                (done, failure) -> {
                    if (failure != null) {
                        exchange.setException(failure instanceof CompletionException ? failure.getCause() : failure);
                    }
                    callback.done(false);
                },
                continuations);
        return false;
    }
}
