package org.agentos.federation.forward;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.agentos.federation.error.ErrorCode;

/** Counts forwards that brought no run, under the name the reference gave it. */
public final class ForwardMeters {
    private final MeterRegistry registry;

    public ForwardMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** @param reason the code the caller is told: a fixed set */
    void failed(ErrorCode reason) {
        Counter.builder("agentos_federation_forward_failures")
                .description("Forwards that brought no run.")
                .tags("service", "federation", "reason", reason.wireName())
                .register(registry)
                .increment();
    }
}
