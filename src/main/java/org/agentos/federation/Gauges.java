package org.agentos.federation;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import org.agentos.federation.forward.ForwardsInFlight;
import org.agentos.federation.stream.EventStreams;

/** The metrics that are read off the parts of the gateway whenever somebody asks. */
record Gauges(MeterRegistry registry) {
    void register(Stores stores, EventStreams streams, ForwardsInFlight forwards) {
        gauge("streams_open", "Event streams and waiting pages open.", streams::openReaders);
        gauge("forwards_in_flight", "Forwards at peers.", forwards::all);
        gauge("forward_index_entries", "Forwarded runs known.", stores.forwards.index()::size);
        gauge(
                "event_log_writable",
                "1 while the event log takes appends.",
                () -> stores.log.problem().map(problem -> 0).orElse(1));
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder("agentos_federation_" + name, value)
                .description(description)
                .register(registry);
    }
}
