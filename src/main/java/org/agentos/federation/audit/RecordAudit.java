package org.agentos.federation.audit;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.agentos.federation.audit.AuditRecord.Outcome;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.BodyAuth;
import org.agentos.federation.trust.Caller;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * The step of a route that has its request recorded in the audit trail and goes on once the record is written. The
 * exchange property {@value #ACTION} names what is asked for; a route that sets none is not recorded.
 */
public final class RecordAudit extends AsyncProcessorSupport {
    public static final String ACTION = "action";

    /** What is recorded, and whether the request may go on without. */
    public enum Kind {
        /** Something allowed that changes state: refused when it cannot be recorded. */
        MUTATION,
        /** Something allowed that only reads: answered all the same, the trail logs what it lost. */
        READ,
        /** The failure that the error policy is dealing with: its answer stays what it is. */
        REFUSAL
    }

    private final AuditTrail trail;
    private final Kind kind;
    private final InstantSource clock;
    private final Executor continuations;
    private final BooleanSupplier mayBlock;
    private final Predicate<Exchange> matters;

    /**
     * @param continuations goes on with the route; the trail's own thread must not
     * @param mayBlock whether the current thread may write the record itself, and wait for the disk
     */
    public RecordAudit(
            AuditTrail trail, Kind kind, InstantSource clock, Executor continuations, BooleanSupplier mayBlock) {
        this(trail, kind, clock, continuations, mayBlock, any -> true);
    }

    /**
     * Records some exchanges of a route only.
     *
     * @param matters whether an exchange is recorded
     */
    public RecordAudit(
            AuditTrail trail,
            Kind kind,
            InstantSource clock,
            Executor continuations,
            BooleanSupplier mayBlock,
            Predicate<Exchange> matters) {
        this.trail = trail;
        this.kind = kind;
        this.clock = clock;
        this.continuations = continuations;
        this.mayBlock = mayBlock;
        this.matters = matters;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Optional<AuditRecord> record = Optional.ofNullable(exchange.getProperty(ACTION, String.class))
                .filter(action -> matters.test(exchange))
                .flatMap(action -> of(exchange, action));
        if (record.isEmpty()) {
            callback.done(true);
            return true;
        }
        CompletionStage<Void> kept = kept(record.get());
        if (kept.toCompletableFuture().isDone()) {
            kept.whenComplete((done, failure) -> settle(exchange, record.get(), failure));
            callback.done(true);
            return true;
        }
        kept.whenCompleteAsync(
                (done, failure) -> {
                    settle(exchange, record.get(), failure);
                    callback.done(false);
                },
                continuations);
        return false;
    }

    private CompletionStage<Void> kept(AuditRecord record) {
        try {
            if (kind == Kind.REFUSAL && isCounted(record)) {
                return trail.recordDenial(record);
            }
            return mayBlock.getAsBoolean() ? trail.recordHere(record) : trail.record(record);
        } catch (RuntimeException notJson) {
            return CompletableFuture.failedStage(notJson);
        }
    }

    private void settle(Exchange exchange, AuditRecord record, Throwable failure) {
        if (failure != null && kind == Kind.MUTATION) {
            exchange.setException(unrecorded(failure, record));
        }
    }

    /** Denials, and failures of those of whom nothing is known: whoever reaches the listener can cause them at will. */
    private static boolean isCounted(AuditRecord record) {
        boolean nobody = record.tenantId().isEmpty()
                && record.principalId().isEmpty()
                && record.peer().isEmpty();
        return nobody || record.outcome() == Outcome.DENIED;
    }

    private Optional<AuditRecord> of(Exchange exchange, String action) {
        InboundRequest request = exchange.getProperty(InboundRequest.PROPERTY, InboundRequest.class);
        AuditedRequest audited = new AuditedRequest(
                action,
                request,
                Optional.ofNullable(exchange.getProperty(AdmitCaller.IDENTIFIED, Caller.class)),
                exchange.getProperty(AdmitCaller.BODY_AUTH, BodyAuth.NONE, BodyAuth.class),
                exchange.getMessage().getHeader("run_id", request.path(), String.class),
                Optional.ofNullable(exchange.getProperty(Audited.PROPERTY, Audited.class)));
        Instant now = clock.instant();
        return kind == Kind.REFUSAL
                ? audited.refused(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class), now)
                : Optional.of(audited.allowed(now));
    }

    /** A forward is safe to repeat under its key, so the refusal names it. */
    private static Throwable unrecorded(Throwable failure, AuditRecord record) {
        return FederationException.in(failure)
                .<Throwable>map(refusal ->
                        refusal.detail("idempotency_key", record.meta().get("idempotency_key")))
                .orElse(failure);
    }
}
