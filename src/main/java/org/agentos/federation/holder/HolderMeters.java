package org.agentos.federation.holder;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import org.agentos.federation.forward.Outcome;

/** Counts calls to holders of runs. The label {@code peer} takes the stack ids of the registry. */
public final class HolderMeters {
    private final MeterRegistry registry;

    public HolderMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** @param outcome {@code answered}, or how the call failed */
    private void count(HolderCall call, String outcome) {
        Counter.builder("agentos_federation_holder_calls")
                .description("Calls to peers about runs they hold.")
                .tags("peer", call.peer().stackId())
                .tags("purpose", call.purpose().name().toLowerCase(Locale.ROOT))
                .tags("outcome", outcome)
                .register(registry)
                .increment();
    }

    void answered(HolderCall call) {
        count(call, "answered");
    }

    void failed(HolderCall call, Outcome outcome) {
        count(call, outcome.label());
    }
}
