package org.agentos.federation.forward;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.agentos.federation.audit.Audited;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.EventLog;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.forward.store.Digest128;
import org.agentos.federation.forward.store.ForwardEntry;
import org.agentos.federation.forward.store.ForwardKeys.Claim;
import org.agentos.federation.forward.store.ForwardStore;
import org.agentos.federation.forward.store.JournalRecord;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerRegistry;
import org.apache.camel.Exchange;

/**
 * Answers {@code POST /v1/federation/forwards/{forward_id}:settle}: an operator says what became of a forward of unknown
 * outcome. The answer is given when that is on disk; callers who have joined the key meanwhile get the run, or are told
 * to ask again.
 */
public final class SettleForward extends ForwardStep {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final PeerRegistry registry;
    private final EventLog log;

    public SettleForward(
            ForwardStore store, PeerRegistry registry, EventLog log, InstantSource clock, Executor continuations) {
        super(store, clock, continuations);
        this.registry = registry;
        this.log = log;
    }

    @Override
    CompletionStage<?> take(Exchange exchange, Forward none) {
        Digest128 scope = scope(exchange.getMessage().getHeader("forward_id", String.class));
        byte[] body = exchange.getMessage().getBody(byte[].class);
        SettleRequest request = SettleRequest.parse(body == null ? new byte[0] : body);
        exchange.setProperty(Audited.PROPERTY, new SettleAudit(scope.toString(), request, Optional.empty()));
        Claim claim = store.keys().claimUnknown(scope, clock.instant());
        if (claim instanceof Claim.Replayed settled) {
            requireSame(settled.run(), request);
            exchange.getMessage().setBody(answer(scope, settled.run().tenantId(), request));
            return CompletableFuture.completedStage(null);
        }
        JournalRecord.Intent intent = store.keys().unknown(scope).orElseThrow().intent();
        exchange.setProperty(Audited.PROPERTY, new SettleAudit(scope.toString(), request, Optional.of(intent)));
        return settle(((Claim.Repeated) claim).flight(), intent, request)
                .thenRun(() -> exchange.getMessage().setBody(answer(scope, intent.tenantId(), request)));
    }

    private static Digest128 scope(String forwardId) {
        try {
            return Digest128.parse(forwardId);
        } catch (IllegalArgumentException e) {
            throw new FederationException(ErrorCode.NOT_FOUND, "There is no such forward of unknown outcome.");
        }
    }

    /** Saying the same again is answered the same. */
    private static void requireSame(RunKey run, SettleRequest request) {
        if (!request.run().map(said -> said.runId().equals(run.runId())).orElse(false)) {
            throw new FederationException(ErrorCode.CONFLICT, "The forward has started a run.")
                    .detail("reason", "already_settled")
                    .detail("run_id", run.runId());
        }
    }

    private CompletionStage<Void> settle(
            CompletableFuture<JournalRecord.Started> flight, JournalRecord.Intent intent, SettleRequest request) {
        CompletionStage<Void> stored;
        try {
            stored = request.run().map(run -> started(flight, intent, run)).orElseGet(() -> notStarted(flight, intent));
        } catch (FederationException refusal) {
            stored = CompletableFuture.failedStage(refusal);
        }
        return stored.whenComplete((done, failure) -> {
            if (failure != null) {
                store.keys().leaveUnknown(intent.scope());
                flight.completeExceptionally(askAgain());
            }
        });
    }

    private CompletionStage<Void> started(
            CompletableFuture<JournalRecord.Started> flight, JournalRecord.Intent intent, SettleRequest.PeerRun said) {
        ForwardEntry entry = entry(intent, said);
        store.index().reserve(entry.run(), intent.stackId(), intent.scope()).ifPresent(reason -> {
            throw new FederationException(ErrorCode.CONFLICT, "The run belongs to another forward.")
                    .detail("reason", reason)
                    .detail("run_id", said.runId());
        });
        JournalRecord.Started started = new JournalRecord.Started(intent.scope(), intent.run(), 1, entry);
        return hold(entry).thenCompose(held -> store.append(started)).whenComplete((stored, failure) -> {
            if (failure == null) {
                flight.complete(started);
            } else {
                store.index().release(entry.run());
            }
        });
    }

    /** As after an answer of the peer: what others brought of the run before is set aside. */
    private CompletionStage<?> hold(ForwardEntry entry) {
        return store.index().find(entry.run()).isPresent()
                ? CompletableFuture.completedStage(null)
                : log.hold(entry.run(), entry.remoteStackId());
    }

    private ForwardEntry entry(JournalRecord.Intent intent, SettleRequest.PeerRun said) {
        String eventsUrl = EventsUrl.resolve(peer(intent).baseUrl(), said.eventsUrl())
                .orElseThrow(() -> new FederationException(ErrorCode.INVALID_REQUEST, "The request is not valid.")
                        .detail("problems", List.of("settle.events_url is not below the peer's base URL")));
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return new ForwardEntry(
                intent.tenantId(),
                said.runId(),
                intent.stackId(),
                eventsUrl,
                intent.ask().flatMap(JournalRecord.Ask::principalId),
                intent.ask().flatMap(JournalRecord.Ask::agentId),
                now,
                said.status(),
                now);
    }

    private Peer peer(JournalRecord.Intent intent) {
        return registry.find(intent.stackId()).orElseThrow(() -> new FederationException(
                        ErrorCode.CONFLICT, "The run's peer is not configured, so its events cannot be read.")
                .detail("reason", "peer_not_configured"));
    }

    private CompletionStage<Void> notStarted(
            CompletableFuture<JournalRecord.Started> flight, JournalRecord.Intent intent) {
        return store.append(new JournalRecord.Freed(intent.scope()))
                .thenRun(() -> flight.completeExceptionally(askAgain()));
    }

    private static FederationException askAgain() {
        return new FederationException(ErrorCode.UNAVAILABLE, "An operator was settling this forward; ask again.")
                .retryAfter(RETRY_AFTER);
    }

    private static Map<String, Object> answer(Digest128 scope, String tenantId, SettleRequest request) {
        Map<String, Object> settled = new LinkedHashMap<>();
        settled.put("forward_id", scope.toString());
        settled.put("tenant_id", tenantId);
        settled.put("outcome", request.outcome());
        request.run().ifPresent(run -> settled.put("run_id", run.runId()));
        return Map.of("settled", settled);
    }
}
