package org.agentos.federation.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts how streams went; the words for it are a small fixed set. */
public final class StreamMeters {
    private final MeterRegistry registry;

    public StreamMeters(MeterRegistry registry) {
        this.registry = registry;
        for (EndReason reason : EndReason.values()) {
            counter(reason.wireName());
        }
    }

    /** A stream is over. */
    public void ended(String reason) {
        counter(reason).increment();
    }

    private Counter counter(String reason) {
        return Counter.builder("agentos_federation_streams_ended")
                .description("Event streams that ended, by reason.")
                .tag("reason", reason)
                .register(registry);
    }
}
