package org.agentos.federation.trust;

import org.agentos.federation.http.InboundRequest;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step of a route that lets a caller in or throws. It reads the exchange properties {@code request} and, where an
 * earlier step has parsed a body that says who calls, {@code bodyAuth}; it sets {@code caller}, and before that
 * {@code identified}, which is left behind by callers whose scopes do not do: what is known of them is audited. One instance for each
 * {@link Access}, bound by name, so that a route which asks for less than it should has to say so in its own text.
 */
public final class AdmitCaller implements Processor {
    public static final String BODY_AUTH = "bodyAuth";
    public static final String CALLER = "caller";
    public static final String IDENTIFIED = "identified";

    private final Admission admission;
    private final Access access;

    public AdmitCaller(Admission admission, Access access) {
        this.admission = admission;
        this.access = access;
    }

    @Override
    public void process(Exchange exchange) {
        exchange.removeProperty(CALLER);
        exchange.removeProperty(IDENTIFIED);
        InboundRequest request = exchange.getProperty(InboundRequest.PROPERTY, InboundRequest.class);
        if (request == null) {
            throw new IllegalStateException("the exchange has no request to judge");
        }
        BodyAuth body = exchange.getProperty(BODY_AUTH, BodyAuth.NONE, BodyAuth.class);
        Caller caller = admission.identify(new AdmissionRequest(request, body, access));
        exchange.setProperty(IDENTIFIED, caller);
        access.requireScope(caller.scopes());
        exchange.setProperty(CALLER, caller);
    }
}
