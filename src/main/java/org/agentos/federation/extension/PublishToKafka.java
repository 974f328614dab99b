package org.agentos.federation.extension;

import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Publishes a subscription's events to a Kafka topic, each once for readers with {@code isolation.level=read_committed}: which
 * events are there is written in the transaction that brings them, and read back at the start. Waits until the event is
 * committed; what waits at the same time goes together. Fails with what is known not to be in the topic, for the route's error
 * policy. To be the last step of its route, for what fails behind it fails the event though it is published.
 *
 * <p>When another gateway has taken the transactional id over, it suspends its route's subscription: nothing becomes a dead letter.
 */
public final class PublishToKafka extends ServiceSupport implements Processor {
    private final InstantSource clock;
    private String brokers;
    private String topic;
    private String transactionalId;
    private String positionTopic = "";
    private String clientProperties = "";
    private String route;
    private volatile KafkaPublisher publisher;

    public PublishToKafka() {
        this(InstantSource.system());
    }

    PublishToKafka(InstantSource clock) {
        this.clock = clock;
    }

    /** Where to begin: {@code HOST:PORT}, comma separated if more. */
    public void setBrokers(String brokers) {
        this.brokers = brokers;
    }

    /** Where events go to; it has to be there, with as many partitions as its readers need. */
    public void setTopic(String topic) {
        this.topic = topic;
    }

    /** One for each gateway and subscription: the gateway that starts last under an id is the only one that publishes. */
    public void setTransactionalId(String transactionalId) {
        this.transactionalId = transactionalId;
    }

    /** Where it is noted what is published; {@code TRANSACTIONAL_ID.position} unless set. Made if it is not there. */
    public void setPositionTopic(String positionTopic) {
        this.positionTopic = positionTopic;
    }

    /** A file of Kafka client properties: how to connect by TLS or SASL, limits. None when it is blank. */
    public void setClientProperties(String file) {
        this.clientProperties = file;
    }

    @Override
    protected void doStart() {
        String position = positionTopic.isBlank() ? transactionalId + ".position" : positionTopic;
        KafkaSettings settings = new KafkaSettings(
                brokers,
                topic,
                transactionalId,
                position,
                clientProperties.isBlank() ? Map.of() : KafkaSettings.read(clientProperties));
        publisher = new KafkaPublisher(
                settings,
                new PositionRecord(UUID.randomUUID().toString(), clock.instant().toString(), PublishedMarks.NONE));
    }

    @Override
    protected void doStop() throws InterruptedException {
        if (publisher != null) {
            publisher.close();
        }
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        KafkaPublisher running = publisher;
        if (running == null) {
            throw new IllegalStateException("the Kafka publisher is not started");
        }
        demandOneRoute(exchange.getFromRouteId());
        KafkaEvent event = KafkaEvent.of(exchange.getMessage());
        if (running.begin(event.mark())) {
            exchange.getExchangeExtension().addOnCompletion(over(running, event.mark()));
        }
        running.publish(event);
        try {
            event.done().get();
        } catch (ExecutionException notPublished) {
            if (running.isTakenOver()) {
                suspendConsumer(exchange);
            }
            throw (Exception) notPublished.getCause();
        }
    }

    private static Synchronization over(KafkaPublisher running, String mark) {
        return new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange exchange) {
                running.over(mark);
            }
        };
    }

    /** Marks of two subscriptions would be taken for each other's. */
    private synchronized void demandOneRoute(String asking) {
        if (route == null) {
            route = asking;
        } else if (!route.equals(asking)) {
            throw new IllegalStateException("routes " + route + " and " + asking
                    + " use one Kafka publisher; give each its own, with a transactional id of its own");
        }
    }

    /** Before the exchange fails, so that the subscription takes the event back and does not call it dead. */
    private static void suspendConsumer(Exchange exchange) {
        ServiceHelper.suspendService(
                exchange.getContext().getRoute(exchange.getFromRouteId()).getConsumer());
    }
}
