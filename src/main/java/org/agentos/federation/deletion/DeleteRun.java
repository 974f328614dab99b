package org.agentos.federation.deletion;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/** Answers {@code DELETE /v1/federation/runs/{run_id}} with 204, again too, once the deletion is on disk. */
public final class DeleteRun extends AsyncProcessorSupport {
    private final EventLog log;
    private final Predicate<RunKey> forwarded;
    private final Function<RunKey, CompletionStage<Void>> deleted;
    private final Executor continuations;

    /**
     * @param forwarded whether a run that may have no events was forwarded
     * @param deleted keeps what else is to be known of a run's deletion
     * @param continuations goes on with the route; the log's own thread must not
     */
    public DeleteRun(
            EventLog log,
            Predicate<RunKey> forwarded,
            Function<RunKey, CompletionStage<Void>> deleted,
            Executor continuations) {
        this.log = log;
        this.forwarded = forwarded;
        this.deleted = deleted;
        this.continuations = continuations;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Caller caller = exchange.getProperty(AdmitCaller.CALLER, Caller.class);
        RunKey run = new RunKey(
                caller.tenantId().orElseThrow(), exchange.getMessage().getHeader("run_id", String.class));
        if (!forwarded.test(run) && log.find(run).isEmpty()) {
            exchange.setException(new FederationException(ErrorCode.NOT_FOUND, "there is no such run"));
            callback.done(true);
            return true;
        }
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
