package org.agentos.federation.trial;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.agentos.federation.component.EventLogEndpoint;
import org.agentos.federation.component.EventLogHeaders;
import org.agentos.federation.eventlog.RunKey;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.util.URISupport;

/** Hears from Camel what becomes of each delivered event, and keeps its {@link Story}. */
final class Journal extends EventNotifierSupport {
    /** What is shown of a body; the rest is counted. */
    private static final int BODY = 2000;

    private static final int HEADER = 300;

    /** On the exchange of a delivery, and so on every copy that a route makes of it. */
    private static final String STORY = "federation.trial.story";

    private final Recorder recorder;
    private final Map<Delivered, Story> stories = new ConcurrentHashMap<>();

    /** An event at a subscription. */
    record Delivered(String subscription, RunKey run, String eventId) {}

    Journal(Recorder recorder) {
        this.recorder = recorder;
        setIgnoreCamelContextEvents(true);
        setIgnoreCamelContextInitEvents(true);
        setIgnoreRouteEvents(true);
        setIgnoreServiceEvents(true);
        setIgnoreStepEvents(true);
    }

    /** Empty for an event that was not delivered there. */
    Optional<Story> story(Delivered delivered) {
        return Optional.ofNullable(stories.get(delivered));
    }

    @Override
    public void notify(CamelEvent event) {
        if (event instanceof CamelEvent.ExchangeCreatedEvent created) {
            begin(created.getExchange());
        } else if (event instanceof CamelEvent.ExchangeSendingEvent sending) {
            Story story = sending.getExchange().getProperty(STORY, Story.class);
            if (story != null && (recorder.isOutside(sending.getEndpoint()) || isLog(sending))) {
                story.send(sent(sending));
            }
        } else if (event instanceof CamelEvent.ExchangeCompletedEvent completed) {
            end(completed.getExchange());
        } else if (event instanceof CamelEvent.ExchangeFailedEvent failed) {
            end(failed.getExchange());
        }
    }

    private static boolean isLog(CamelEvent.ExchangeSendingEvent sending) {
        return sending.getEndpoint() instanceof EventLogEndpoint;
    }

    private void begin(Exchange exchange) {
        if (exchange.getFromEndpoint() instanceof EventLogEndpoint from && exchange.getProperty(STORY) == null) {
            Message message = exchange.getMessage();
            RunKey run = new RunKey(
                    message.getHeader(EventLogHeaders.TENANT_ID, String.class),
                    message.getHeader(EventLogHeaders.RUN_ID, String.class));
            Story story = new Story(exchange.getExchangeId());
            exchange.setProperty(STORY, story);
            stories.put(
                    new Delivered(from.getName(), run, message.getHeader(EventLogHeaders.EVENT_ID, String.class)),
                    story);
        }
    }

    private static void end(Exchange exchange) {
        Story story = exchange.getProperty(STORY, Story.class);
        if (story != null && story.exchangeId().equals(exchange.getExchangeId())) {
            Exception failure = exchange.getException();
            Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
            boolean rolledBack = exchange.isRollbackOnly() || exchange.isRollbackOnlyLast();
            story.end(
                    failure != null ? failure.toString() : rolledBack ? "the route rolled back" : null,
                    failure == null && caught != null ? caught.toString() : null);
        }
    }

    private static Story.Sent sent(CamelEvent.ExchangeSendingEvent sending) {
        Message message = sending.getExchange().getMessage();
        Map<String, String> headers = new TreeMap<>();
        message.getHeaders().forEach((name, value) -> headers.put(name, cut(String.valueOf(value), HEADER)));
        return new Story.Sent(
                URISupport.sanitizeUri(sending.getEndpoint().getEndpointUri()), headers, cut(text(message), BODY));
    }

    private static String text(Message message) {
        Object body = message.getBody();
        if (body instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        return body instanceof InputStream ? "(a stream, which is not read here)" : String.valueOf(body);
    }

    private static String cut(String text, int most) {
        return text.length() <= most
                ? text
                : text.substring(0, most) + "... (" + (text.length() - most) + " characters more)";
    }
}
