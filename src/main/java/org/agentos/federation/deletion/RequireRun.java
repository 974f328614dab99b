package org.agentos.federation.deletion;

import java.util.function.Predicate;
import org.agentos.federation.error.ErrorCode;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** The step that refuses for a run which is not there, before a deletion of it is recorded. */
public final class RequireRun implements Processor {
    private final Predicate<RunKey> known;

    /** @param known whether a run was forwarded, has events, or was deleted lately */
    public RequireRun(Predicate<RunKey> known) {
        this.known = known;
    }

    @Override
    public void process(Exchange exchange) {
        if (!known.test(run(exchange))) {
            throw new FederationException(ErrorCode.NOT_FOUND, "there is no such run");
        }
    }

    /** The run of the path, as the caller's tenant has it. */
    static RunKey run(Exchange exchange) {
        Caller caller = exchange.getProperty(AdmitCaller.CALLER, Caller.class);
        return new RunKey(caller.tenantId().orElseThrow(), exchange.getMessage().getHeader("run_id", String.class));
    }
}
