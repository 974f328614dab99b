package org.agentos.federation.limits;

import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.settings.LimitKind;
import org.agentos.federation.stream.Start;
import org.agentos.federation.stream.StreamRequest;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step that a reader of events passes, or is refused by: a page by the limits of pages, a stream by those of streams,
 * unless it comes back to a place in a run of which its tenant had a stream lately.
 */
public final class LimitReader implements Processor {
    private final Limits limits;
    private final LatelyRead lately;

    public LimitReader(Limits limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.lately = new LatelyRead(nanoTime, LatelyRead.MAX_RUNS);
    }

    @Override
    public void process(Exchange exchange) {
        Caller caller = exchange.getProperty(AdmitCaller.CALLER, Caller.class);
        if (!(limits.concerns(LimitKind.STREAMS) || limits.concerns(LimitKind.PAGES))
                || caller.tenantId().isEmpty()) {
            return;
        }
        StreamRequest request =
                StreamRequest.parse(exchange.getProperty(InboundRequest.PROPERTY, InboundRequest.class));
        LimitKind kind = request.isPage() ? LimitKind.PAGES : LimitKind.STREAMS;
        List<Applied> before = limits.before(kind, caller.tenantId().get());
        if (before.isEmpty()) {
            return;
        }
        Charge charge = limits.charge();
        exchange.setProperty(Charge.PROPERTY, charge);
        RunKey run = new RunKey(caller.tenantId().get(), exchange.getMessage().getHeader("run_id", String.class));
        if (kind == LimitKind.STREAMS && isAtAPlace(request.start()) && lately.comesBack(run)) {
            charge.show(before);
            return;
        }
        charge.take(before, any -> 1).ifPresent(refusal -> {
            throw refusal;
        });
        OnceOver.of(exchange, over -> {
            charge.settle(any -> 1);
            if (kind == LimitKind.STREAMS && isWell(over)) {
                lately.opened(run);
            }
        });
    }

    private static boolean isAtAPlace(Start start) {
        return start instanceof Start.AfterCursor
                || (start instanceof Start.AfterSequence after && after.sequence() > 0);
    }

    /** Whether it was answered, also for an error policy that has told a refusal inside a stream. */
    private static boolean isWell(Exchange exchange) {
        return Optional.ofNullable(exchange.getProperty(Exchange.EXCEPTION_CAUGHT))
                        .isEmpty()
                && exchange.getException() == null;
    }
}
