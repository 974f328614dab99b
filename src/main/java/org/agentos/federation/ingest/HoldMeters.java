package org.agentos.federation.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** Counts the pushed batches that waited for their run's mirror. */
public final class HoldMeters {
    /** How a wait ended. */
    enum Outcome {
        /** What was missing has come. */
        FILLED,
        TIME_UP,
        /** Too many events waited for the run. */
        FULL
    }

    private final MeterRegistry registry;

    public HoldMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    void waited(Outcome outcome) {
        Counter.builder("agentos_federation_held_batches")
                .description("Pushed batches that waited for a mirror to fill a gap, by how that ended.")
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
    }
}
