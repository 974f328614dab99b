package org.agentos.federation.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.agentos.federation.eventlog.Origin;

/** Counts what became of pushed and mirrored events; origins and statuses are fixed sets. */
public final class EventMeters {
    private final MeterRegistry registry;

    /** To look a counter up in the registry costs more than all else that is done here for a small batch. */
    private final Map<Origin, Map<String, Counter>> counters = new EnumMap<>(Origin.class);

    public EventMeters(MeterRegistry registry) {
        this.registry = registry;
        for (Origin origin : Origin.values()) {
            counters.put(origin, new ConcurrentHashMap<>());
        }
    }

    /** Counts the events of a batch that is decided: mostly neighbours have one status. */
    void decided(IngestBatch batch) {
        Map<String, Counter> known = counters.get(batch.source().origin());
        List<BatchEvent> events = batch.events();
        int alike = 0;
        for (int i = 0; i < events.size(); i++) {
            alike++;
            String status = status(events.get(i));
            if (i + 1 == events.size() || !status.equals(status(events.get(i + 1)))) {
                known.computeIfAbsent(status, first -> counter(batch.source().origin(), first))
                        .increment(alike);
                alike = 0;
            }
        }
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
