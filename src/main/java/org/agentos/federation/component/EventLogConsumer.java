package org.agentos.federation.component;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.agentos.federation.subscription.Delivery;
import org.agentos.federation.subscription.Sink;
import org.agentos.federation.subscription.Subscription;
import org.agentos.federation.subscription.SubscriptionSpec;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.RollbackExchangeException;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultConsumer;

/**
 * Gives the events of a subscription to its route. The route's own error policy comes first: a delivery has failed when its
 * exchange ends failed, with nothing more to redeliver in the route and nobody who handled it. Each delivery is an exchange of
 * its own, so nothing that a transaction, say, has noted in the last one bears on the next.
 */
final class EventLogConsumer extends DefaultConsumer implements Suspendable {
    /** For what is in flight when the route alone is stopped; when the gateway stops, it has waited before. */
    private static final Duration TO_STOP = Duration.ofSeconds(1);

    private final EventLogAccess access;
    private final SubscriptionSpec spec;
    private Subscription subscription;

    EventLogConsumer(EventLogEndpoint endpoint, Processor processor, EventLogAccess access, SubscriptionSpec spec) {
        super(endpoint, processor);
        this.access = access;
        this.spec = spec;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        subscription = access.subscriptions().prepare(spec, this::deliver);
        getEndpoint().getCamelContext().addStartupListener(new Beginning(subscription));
    }

    /** Begins when all routes have started: an event must not die of a route it goes to that has not. */
    private record Beginning(Subscription subscription) implements ExtendedStartupListener {
        @Override
        public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
            if (alreadyStarted) { // Camel calls this one too before the routes are there
                subscription.start();
            }
        }

        @Override
        public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
            subscription.start();
        }
    }

    @Override
    protected void doSuspend() throws Exception {
        subscription.pause();
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        subscription.resume();
    }

    @Override
    protected void doStop() throws Exception {
        if (subscription != null) {
            subscription.drain(TO_STOP);
            subscription.close();
            subscription = null;
        }
        super.doStop();
    }

    private CompletionStage<Sink.Outcome> deliver(Delivery delivery) {
        Exchange exchange = createExchange(false);
        describe(delivery, exchange.getIn());
        CompletableFuture<Sink.Outcome> outcome = new CompletableFuture<>();
        getAsyncProcessor().process(exchange, doneSync -> {
            Sink.Outcome came = outcomeOf(exchange);
            releaseExchange(exchange, false);
            outcome.complete(came);
        });
        return outcome;
    }

    private static void describe(Delivery delivery, Message message) {
        message.setBody(delivery.envelope().array());
        message.setHeader(EventLogHeaders.EVENT_ID, delivery.eventId());
        delivery.sequence().ifPresent(sequence -> message.setHeader(EventLogHeaders.SEQUENCE, sequence));
        message.setHeader(EventLogHeaders.RUN_ID, delivery.run().runId());
        message.setHeader(EventLogHeaders.TENANT_ID, delivery.run().tenantId());
        message.setHeader(EventLogHeaders.EVENT_TYPE, delivery.type());
        message.setHeader(
                EventLogHeaders.POSITION,
                delivery.place().offset() + "." + delivery.place().index());
        message.setHeader(EventLogHeaders.DELIVERY_ATTEMPT, delivery.attempt());
    }

    private static Sink.Outcome outcomeOf(Exchange exchange) {
        int redeliveries = exchange.getMessage().getHeader(Exchange.REDELIVERY_COUNTER, 0, Integer.class);
        Optional<Throwable> failure = Optional.ofNullable(exchange.getException());
        boolean rolledBack = exchange.isRollbackOnly() || exchange.isRollbackOnlyLast();
        return new Sink.Outcome(
                redeliveries,
                failure.isEmpty() && rolledBack
                        ? Optional.of(new RollbackExchangeException("the route rolled back", exchange))
                        : failure,
                exchange.getProperty(EventLogEndpoint.DEAD_LETTER, false, Boolean.class));
    }
}
