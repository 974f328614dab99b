package org.agentos.federation.limits;

import java.util.List;
import org.agentos.federation.error.FederationException;
import org.agentos.federation.forward.Forward;
import org.agentos.federation.settings.LimitKind;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step that a forward which is about to start a run passes, or is refused by: the limits of its tenant and of all callers.
 * One that is answered by what is known of its key, or joins another, has not come this way and uses nothing; one that only
 * asks again what became of an earlier call used what it uses then.
 */
public final class LimitForward implements Processor {
    private final Limits limits;

    public LimitForward(Limits limits) {
        this.limits = limits;
    }

    @Override
    public void process(Exchange exchange) {
        if (!limits.concerns(LimitKind.FORWARDS)
                || exchange.getProperty(Forward.PROPERTY, Forward.class).isRepeat()) {
            return;
        }
        Caller caller = exchange.getProperty(AdmitCaller.CALLER, Caller.class);
        List<Applied> before =
                limits.before(LimitKind.FORWARDS, caller.tenantId().orElseThrow());
        begin(exchange, limits).take(before, kind -> 1).ifPresent(LimitForward::refuse);
    }

    /** The charge of a forward's exchange, settled when that is over: a run that was not started uses up no quota. */
    static Charge begin(Exchange exchange, Limits limits) {
        Charge charge = limits.charge();
        exchange.setProperty(Charge.PROPERTY, charge);
        Forward forward = exchange.getProperty(Forward.PROPERTY, Forward.class);
        OnceOver.of(exchange, over -> charge.settle(kind -> forward.mayHaveStarted() ? 1 : 0));
        return charge;
    }

    private static void refuse(FederationException refusal) {
        throw refusal;
    }
}
