package org.agentos.federation.forward;

import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.agentos.federation.audit.Audited;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.error.Ids;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes the body and the caller into a {@link Forward} under its idempotency key. */
public final class ReadForward implements Processor {
    private static final String UNFIT = " has characters that no header can carry to the peer";

    private final InstantSource clock;
    private final IdempotencyKey keys;

    public ReadForward(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.keys = new IdempotencyKey(random);
    }

    @Override
    public void process(Exchange exchange) {
        ForwardRequest request = ForwardRequest.parse(exchange.getMessage().getBody(byte[].class), (ParsedBody)
                exchange.removeProperty(ParsedBody.PROPERTY)); // a large one is not held while the peer is called
        Caller caller = exchange.getProperty(AdmitCaller.CALLER, Caller.class);
        if (caller.tenantId().isEmpty()) {
            throw new FederationException(ErrorCode.UNAUTHORIZED, "A forward needs a tenant.");
        }
        refuseUnfitForHeaders(caller);
        InboundRequest inbound = exchange.getProperty(InboundRequest.PROPERTY, InboundRequest.class);
        refuseTwoKeys(inbound);
        String key = keys.choose(request.idempotencyKey(), inbound.header("Idempotency-Key"));
        boolean explain = "true".equals(inbound.query().get("explain"));
        Forward forward = new Forward(request, caller, key, explain, clock.instant());
        exchange.setProperty(Forward.PROPERTY, forward);
        exchange.setProperty(Audited.PROPERTY, new ForwardAudit(forward));
    }

    /** Given twice it could be one key here and another one to whatever stands before this gateway. */
    private static void refuseTwoKeys(InboundRequest inbound) {
        Problems problems = new Problems();
        if (inbound.headers().getAll("Idempotency-Key").size() > 1) {
            problems.add("the Idempotency-Key header is given more than once");
        }
        problems.throwIfAny();
    }

    /** Sent mangled, the ids of two tenants or principals would look the same to the peer. */
    private static void refuseUnfitForHeaders(Caller caller) {
        Problems problems = new Problems();
        caller.tenantId().filter(id -> !Ids.fitHeader(id)).ifPresent(id -> problems.add("the tenant id" + UNFIT));
        caller.principalId().filter(id -> !Ids.fitHeader(id)).ifPresent(id -> problems.add("the principal id" + UNFIT));
        problems.throwIfAny();
    }
}
