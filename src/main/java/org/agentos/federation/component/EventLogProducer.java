package org.agentos.federation.component;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.agentos.federation.error.Ids;
import org.agentos.federation.eventlog.IncomingEvent;
import org.agentos.federation.eventlog.Origin;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.Source;
import org.agentos.federation.eventlog.Verdict;
import org.agentos.federation.ingest.ReadEvent;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * Appends the event in the body, an envelope or a bare event, and goes on once it is on disk. The log decides as for every
 * other event: one that it holds already is a duplicate, which is success; whatever else is not accepted fails the
 * exchange. The event comes from a route of the operator's and makes no peer the run's holder.
 */
final class EventLogProducer extends DefaultAsyncProducer {
    private static final Source SOURCE = new Source(Origin.PUSHED, Optional.empty());

    private final EventLogAccess access;

    EventLogProducer(EventLogEndpoint endpoint, EventLogAccess access) {
        super(endpoint);
        this.access = access;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        IncomingEvent event;
        try {
            event = read(exchange.getMessage());
        } catch (Exception unusable) {
            exchange.setException(unusable);
            callback.done(true);
            return true;
        }
        access.log()
                .append(SOURCE, List.of(event))
                .whenCompleteAsync(
                        (verdicts, failure) -> {
                            if (failure != null) {
                                exchange.setException(failure);
                            } else {
                                tell(exchange, event, verdicts.get(0));
                            }
                            callback.done(false);
                        },
                        access.continuations());
        return false;
    }

    private IncomingEvent read(Message message) throws Exception {
        byte[] body = message.getMandatoryBody(byte[].class);
        ReadEvent event = read(body.clone()); // the reader keeps and may change what it reads
        if (event.problem() != null) {
            throw new EventNotAcceptedException("", "invalid", event.problem());
        }
        String named = message.getHeader(EventLogHeaders.RUN_ID, String.class);
        if (named != null && !named.equals(event.runId())) {
            throw new EventNotAcceptedException(
                    event.eventId(), "invalid", "run_id is not the one of the header " + EventLogHeaders.RUN_ID);
        }
        RunKey run = new RunKey(tenant(message, event), event.runId());
        return new IncomingEvent(run, event.eventId(), event.sequence(), event.type(), event.envelope());
    }

    private ReadEvent read(byte[] text) {
        try {
            return access.events().readOne(text);
        } catch (IOException notJson) {
            throw new EventNotAcceptedException("", "invalid", "the body is not JSON");
        }
    }

    /** As with a pushed event: who sends says the tenant, and an event that names another is not taken. */
    private String tenant(Message message, ReadEvent event) {
        String given = message.getHeader(
                EventLogHeaders.TENANT_ID, ((EventLogEndpoint) getEndpoint()).getTenantId(), String.class);
        if (given == null && event.tenantId() == null) {
            throw new EventNotAcceptedException(
                    event.eventId(),
                    "invalid",
                    "neither the header " + EventLogHeaders.TENANT_ID + " nor the event names a tenant");
        }
        if (given != null && event.tenantId() != null && !given.equals(event.tenantId())) {
            throw new EventNotAcceptedException(event.eventId(), "tenant_mismatch", "the event names another tenant");
        }
        return given == null ? event.tenantId() : fit(given, event);
    }

    /** What a route made of somebody's data must not lead into another tenant's part of the log. */
    private static String fit(String tenantId, ReadEvent event) {
        Ids.problem(tenantId).ifPresent(problem -> {
            throw new EventNotAcceptedException(event.eventId(), "invalid", "the tenant " + problem);
        });
        return tenantId;
    }

    private static void tell(Exchange exchange, IncomingEvent event, Verdict verdict) {
        switch (verdict.status()) {
            case ACCEPTED, DUPLICATE -> {
                Message message = exchange.getMessage();
                message.setHeader(EventLogHeaders.VERDICT, word(verdict.status()));
                message.setHeader(EventLogHeaders.EVENT_ID, event.eventId());
                message.setHeader(EventLogHeaders.RUN_ID, event.run().runId());
                message.setHeader(EventLogHeaders.TENANT_ID, event.run().tenantId());
                message.setHeader(EventLogHeaders.EVENT_TYPE, event.type());
            }
            default -> exchange.setException(EventNotAcceptedException.of(event.eventId(), verdict));
        }
    }

    static String word(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }
}
