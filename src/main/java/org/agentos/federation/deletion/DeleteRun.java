package org.agentos.federation.deletion;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.RunKey;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/** Answers {@code DELETE /v1/federation/runs/{run_id}} for a run that is there, with 204, again too, once the deletion is on disk. */
public final class DeleteRun extends AsyncProcessorSupport {
    private final EventLog log;
    private final Function<RunKey, CompletionStage<Void>> deleted;
    private final Executor continuations;

    /**
     * @param deleted keeps what else is to be known of a run's deletion
     * @param continuations goes on with the route; the log's own thread must not
     */
    public DeleteRun(EventLog log, Function<RunKey, CompletionStage<Void>> deleted, Executor continuations) {
        this.log = log;
        this.deleted = deleted;
        this.continuations = continuations;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        RunKey run = RequireRun.run(exchange);
        log.delete(run)
                .thenComposeAsync(done -> deleted.apply(run), continuations)
                .whenCompleteAsync(
                        (done, failure) -> {
                            answer(exchange, failure);
                            callback.done(false);
                        },
                        continuations);
        return false;
    }

    private static void answer(Exchange exchange, Throwable failure) {
        if (failure == null) {
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 204);
            exchange.getMessage().setBody(null);
        } else {
            exchange.setException(
                    FederationException.in(failure).<Throwable>map(no -> no).orElse(failure));
        }
    }
}
