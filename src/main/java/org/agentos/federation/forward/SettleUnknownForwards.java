package org.agentos.federation.forward;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.agentos.federation.forward.store.ForwardStore;
import org.agentos.federation.forward.store.JournalRecord;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks peers again, after a start, what became of the calls that a crash or a silent peer left of unknown end: each
 * request goes once more through the route it came by, under its key and without its caller's token. One that cannot be
 * settled so stays unknown until its caller asks again. One whose key has expired is let be: a backup may be days old, and
 * its peer would take an old request for a new one.
 */
public final class SettleUnknownForwards {
    private static final Logger LOG = LoggerFactory.getLogger(SettleUnknownForwards.class);

    private final ForwardStore store;
    private final ProducerTemplate routes;
    private final InstantSource clock;

    public SettleUnknownForwards(ForwardStore store, ProducerTemplate routes, InstantSource clock) {
        this.store = store;
        this.routes = routes;
        this.clock = clock;
    }

    /** Begins and returns. Peers are asked side by side, each one call after the other: a peer that hangs delays only its own. */
    public void start() {
        Map<String, List<JournalRecord.Intent>> byPeer = store.keys().unknown(clock.instant()).stream()
                .filter(intent -> intent.ask().flatMap(JournalRecord.Ask::body).isPresent())
                .collect(Collectors.groupingBy(JournalRecord.Intent::stackId));
        byPeer.values().forEach(intents -> next(new ArrayDeque<>(intents)));
    }

    private void next(Deque<JournalRecord.Intent> left) {
        if (left.isEmpty()) {
            return;
        }
        JournalRecord.Intent intent = left.remove();
        CompletionStage<Exchange> asked =
                routes.asyncSend("direct:ask-again-after-start", exchange -> fill(exchange, intent));
        asked.whenComplete((done, failure) -> {
            boolean settled = failure == null && done.getException() == null;
            LOG.info("Looked again at a forward of unknown end peer={} settled={}", intent.stackId(), settled);
            next(left);
        });
    }

    private static void fill(Exchange exchange, JournalRecord.Intent intent) {
        JournalRecord.Ask ask = intent.ask().orElseThrow();
        String requestId = "settle_" + intent.scope();
        Caller caller = new Caller(
                Optional.of(intent.tenantId()),
                ask.principalId(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                requestId,
                requestId,
                Optional.empty(),
                Optional.empty());
        Map<String, String> headers = Map.of("Idempotency-Key", quoted(ask.idempotencyKey()));
        exchange.setProperty(AdmitCaller.IDENTIFIED, caller);
        exchange.setProperty(AdmitCaller.CALLER, caller);
        exchange.setProperty(
                InboundRequest.PROPERTY,
                new InboundRequest("POST", "/v1/federation/runs:forward", Map.of(), headers, requestId, requestId));
        exchange.getMessage().setBody(ask.body().orElseThrow().getBytes(StandardCharsets.UTF_8));
    }

    /** The string form of the draft, which no key is mistaken in. */
    private static String quoted(String key) {
        return '"' + key.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
