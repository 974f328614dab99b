package org.agentos.federation.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.agentos.federation.eventlog.Origin;

/** Counts what became of pushed and mirrored events; origins and statuses are fixed sets. */
public final class EventMeters {
    private final MeterRegistry registry;

    public EventMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Counts the events of a batch that is decided. */
    void decided(IngestBatch batch) {
        Map<String, Integer> counts = new HashMap<>();
        batch.events().forEach(event -> counts.merge(status(event), 1, Integer::sum));
        counts.forEach(
                (status, count) -> counter(batch.source().origin(), status).increment(count));
    }

    private static String status(BatchEvent event) {
        return event.refusal() == null
                ? event.verdict().status().name()
                : event.refusal().status();
    }

    private Counter counter(Origin origin, String status) {
        return Counter.builder("agentos_federation_events")
                .description("Events decided, by what was decided.")
                .tags("origin", origin.name().toLowerCase(Locale.ROOT), "status", status.toLowerCase(Locale.ROOT))
                .register(registry);
    }
}
