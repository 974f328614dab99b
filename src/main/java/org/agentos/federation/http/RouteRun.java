package org.agentos.federation.http;

import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agentos.federation.error.FederationException;
import org.apache.camel.Exchange;

/**
 * One request on its way through its route: takes a place in a lane, runs on one of its threads, and has the answer
 * sent. The place is given back when the answer is written; for a stream that others bound, when it begins; and before, where
 * the route does so because it waits.
 */
final class RouteRun implements Runnable {
    private final HttpCall call;
    private final HttpRouteConsumer consumer;
    private final InboundRequest request;
    private final List<String> values;
    private final RequestBody body;
    private final boolean gzip;
    private final WorkLane lane;
    private final WorkPlace place;
    private final AnswerEncoder encoder;
    private final AtomicBoolean done = new AtomicBoolean();

    RouteRun(
            HttpCall call,
            HttpRouteConsumer consumer,
            InboundRequest request,
            List<String> values,
            RequestBody body,
            boolean gzip,
            WorkLane lane,
            AnswerEncoder encoder) {
        this.call = call;
        this.consumer = consumer;
        this.request = request;
        this.values = values;
        this.body = body;
        this.gzip = gzip;
        this.lane = lane;
        this.place = new WorkPlace(lane::leave);
        this.encoder = encoder;
    }

    @Override
    public void run() {
        try {
            if (gzip) {
                body.gunzip();
            }
            consumer.process(request, values, body.take(), place, this::completed);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    private void completed(Exchange exchange) {
        if (!done.compareAndSet(false, true)) {
            return;
        }
        body.release();
        Answer answer = call.dressed(answer(exchange), exchange);
        if (answer.payload() instanceof Answer.Pieces pieces && pieces.publisher() instanceof StreamSource) {
            call.send(answer, () -> {
                place.leave();
                releaseOffLoop(exchange);
            });
            return;
        }
        consumer.release(exchange);
        if (answer.payload() instanceof Answer.Pieces pieces && pieces.length() == Answer.Pieces.UNKNOWN) {
            place.leave();
            call.send(answer, () -> {});
        } else {
            call.send(answer, place::leave);
        }
    }

    /** What an exchange leaves behind, a spooled body say, is cleared away where that may block. */
    private void releaseOffLoop(Exchange exchange) {
        try {
            lane.execute(() -> consumer.release(exchange));
        } catch (RejectedExecutionException e) {
            consumer.release(exchange);
        }
    }

    private void failed(Throwable cause) {
        if (done.compareAndSet(false, true)) {
            body.release();
            call.send(call.dressed(refusal(cause), null), place::leave);
        }
    }

    private Answer answer(Exchange exchange) {
        try {
            return exchange.getException() == null ? encoder.of(exchange, lane) : refusal(exchange.getException());
        } catch (Exception e) {
            return refusal(e);
        }
    }

    private Answer refusal(Throwable cause) {
        return FederationException.in(cause)
                .map(refusal -> encoder.of(refusal, request.correlationId()))
                .orElseGet(() -> call.fail(cause));
    }
}
