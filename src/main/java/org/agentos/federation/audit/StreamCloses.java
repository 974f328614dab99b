package org.agentos.federation.audit;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ObjLongConsumer;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.trust.BodyAuth;
import org.agentos.federation.trust.Caller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records the ends of event streams: why each ended, and how many events it has sent. */
public final class StreamCloses {
    private static final String ACTION = "federation.events.stream.close";

    private static final Logger LOG = LoggerFactory.getLogger(StreamCloses.class);

    private final AuditTrail trail;
    private final InstantSource clock;

    public StreamCloses(AuditTrail trail, InstantSource clock) {
        this.trail = trail;
        this.clock = clock;
    }

    /**
     * What is to be told of the end of a stream that is being opened: the reason and the events sent. Keeps of the
     * request only what the record needs.
     *
     * @param matter what the caller was let in with, a ticket say
     */
    public ObjLongConsumer<String> of(InboundRequest request, Caller caller, Optional<Audited> matter, String runId) {
        Instant opened = clock.instant();
        AuditRecord open =
                new AuditedRequest(ACTION, request, Optional.of(caller), BodyAuth.NONE, runId, matter).allowed(opened);
        return (reason, events) -> closed(open, reason, events);
    }

    private void closed(AuditRecord open, String reason, long events) {
        Map<String, Object> meta = new LinkedHashMap<>(open.meta());
        meta.put("reason", reason);
        meta.put("events", events);
        meta.put("opened_at", open.time().toString());
        AuditRecord closed = new AuditRecord(
                clock.instant(),
                open.tenantId(),
                open.principalId(),
                open.action(),
                open.resource(),
                reason.equals("failed") ? AuditRecord.Outcome.FAILED : AuditRecord.Outcome.ALLOWED,
                open.correlationId(),
                open.requestId(),
                open.peer(),
                meta);
        trail.record(closed).whenComplete((done, unwritten) -> {
            if (unwritten != null) {
                LOG.warn("end of a stream not recorded reason={} events={}", reason, events);
            }
        });
    }
}
