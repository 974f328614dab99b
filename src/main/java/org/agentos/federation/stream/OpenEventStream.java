package org.agentos.federation.stream;

import java.time.Instant;
import java.util.Optional;
import java.util.function.ObjLongConsumer;
import org.agentos.federation.audit.Audited;
import org.agentos.federation.audit.StreamCloses;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.http.WorkPlace;
import org.agentos.federation.settings.RetentionSettings;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * Answers a request for a run's events. Reads the exchange properties {@code request} and {@code caller} and the header
 * {@code run_id}; sets body and headers. No thread is held while the log is read or a page waits.
 */
public final class OpenEventStream extends AsyncProcessorSupport {
    private final EventStreams streams;
    private final StreamCloses closes;
    private final RetentionSettings retention;

    public OpenEventStream(EventStreams streams, StreamCloses closes, RetentionSettings retention) {
        this.streams = streams;
        this.closes = closes;
        this.retention = retention;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            RunKey run = new RunKey(tenant(exchange), exchange.getMessage().getHeader("run_id", String.class));
            StreamRequest request = StreamRequest.parse(request(exchange));
            WorkPlace place = WorkPlace.of(exchange);
            streams.open(run, request, validUntil(exchange), closed(exchange, run), place::leave)
                    .whenComplete((answer, failure) -> {
                        if (failure == null) {
                            put(answer, exchange.getMessage());
                            exchange.getMessage()
                                    .setHeader(
                                            RetentionHeader.NAME,
                                            RetentionHeader.of(retention.windowOf(run.tenantId())));
                        } else {
                            exchange.setException(refusal(failure));
                        }
                        callback.done(false);
                    });
            return false;
        } catch (RuntimeException failure) {
            exchange.setException(failure);
            callback.done(true);
            return true;
        }
    }

    private static void put(Answer answer, Message message) {
        if (answer instanceof Answer.Stream stream) {
            put(message, stream.contentType(), stream.body());
        } else if (answer instanceof Answer.Page page) {
            put(message, Form.JSON_PAGE.mediaType(), page.json().getBytes());
        } else {
            message.setHeader(Exchange.HTTP_RESPONSE_CODE, 204);
            message.setHeader("Cache-Control", "no-store");
            message.setBody(null);
        }
    }

    /** The head that streams and what is told in their place have in common. */
    static void put(Message message, String contentType, Object body) {
        message.setHeader(Exchange.CONTENT_TYPE, contentType);
        message.setHeader("Cache-Control", "no-store, no-transform");
        message.setHeader("X-Accel-Buffering", "no");
        message.setHeader("Vary", "Accept");
        message.setBody(body);
    }

    /** Without what the stage has wrapped around it. */
    private static Throwable refusal(Throwable failure) {
        return FederationException.in(failure).<Throwable>map(no -> no).orElse(failure);
    }

    private static String tenant(Exchange exchange) {
        return caller(exchange)
                .tenantId()
                .orElseThrow(
                        () -> new FederationException(ErrorCode.UNAUTHORIZED, "a tenant is needed to read events"));
    }

    private ObjLongConsumer<String> closed(Exchange exchange, RunKey run) {
        return closes.of(
                request(exchange),
                caller(exchange),
                Optional.ofNullable(exchange.getProperty(Audited.PROPERTY, Audited.class)),
                run.runId());
    }

    private static Optional<Instant> validUntil(Exchange exchange) {
        return caller(exchange).validUntil();
    }

    private static Caller caller(Exchange exchange) {
        return exchange.getProperty(AdmitCaller.CALLER, Caller.class);
    }

    private static InboundRequest request(Exchange exchange) {
        return exchange.getProperty(InboundRequest.PROPERTY, InboundRequest.class);
    }
}
