package org.agentos.federation.audit;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step of a route that refuses what changes state while the audit trail cannot be written, before anything is done:
 * see {@link AuditTrail#requireFit}.
 */
public final class RequireAudit implements Processor {
    private final AuditTrail trail;

    public RequireAudit(AuditTrail trail) {
        this.trail = trail;
    }

    @Override
    public void process(Exchange exchange) {
        trail.requireFit();
    }
}
