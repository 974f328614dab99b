package org.agentos.federation.trust;

import org.agentos.federation.http.InboundRequest;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step before a body is parsed, where tokens are in use: refuses whoever has no good token with the scope, nor a
 * certificate that would do. {@link AdmitCaller} comes after the body is read and lets in, or not, by what it says as well.
 */
public final class ProveCaller implements Processor {
    private final Admission admission;
    private final Access access;

    /** @param access as that of the step that lets in */
    public ProveCaller(Admission admission, Access access) {
        this.admission = admission;
        this.access = access;
    }

    @Override
    public void process(Exchange exchange) {
        InboundRequest request = exchange.getProperty(InboundRequest.PROPERTY, InboundRequest.class);
        admission.prove(request, access).ifPresent(caller -> {
            exchange.setProperty(AdmitCaller.IDENTIFIED, caller);
            access.requireScope(caller.scopes());
        });
    }
}
