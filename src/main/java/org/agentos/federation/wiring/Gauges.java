package org.agentos.federation.wiring;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.agentos.federation.eventlog.store.Removed;
import org.agentos.federation.eventlog.store.Retention;
import org.agentos.federation.forward.ForwardsInFlight;
import org.agentos.federation.stream.EventStreams;

/** The metrics that are read off the parts of the gateway whenever somebody asks. */
public record Gauges(MeterRegistry registry) {
    void register(Stores stores, EventStreams streams, ForwardsInFlight forwards, Retention retention) {
        gauge("streams_open", "Event streams and waiting pages open.", streams::openReaders);
        gauge("streams_held_bytes", "Bytes held for clients of streams that have not taken them.", streams::heldBytes);
        gauge("forwards_in_flight", "Forwards at peers.", forwards::all);
        gauge("forward_index_entries", "Forwarded runs known.", stores.forwards.index()::size);
        gauge(
                "event_log_writable",
                "1 while the event log takes appends.",
                () -> stores.log.problem().map(problem -> 0).orElse(1));
        registerRetention(stores.log.removed(), retention);
    }

    private void registerRetention(Removed removed, Retention retention) {
        String events = "Events taken out of the log: trimmed from living runs, deleted or set aside with theirs.";
        counter("removed_events", events, "trimmed", removed, Removed::trimmedEvents);
        counter("removed_events", events, "deleted", removed, Removed::deletedEvents);
        counter("removed_events", events, "set_aside", removed, Removed::asideEvents);
        String bytes = "Bytes of events taken out of the log.";
        counter("removed_bytes", bytes, "trimmed", removed, Removed::trimmedBytes);
        counter("removed_bytes", bytes, "deleted", removed, Removed::deletedBytes);
        counter("removed_bytes", bytes, "set_aside", removed, Removed::asideBytes);
        FunctionCounter.builder("agentos_federation_replaced_logs", removed, Removed::replacedLogs)
                .description("Logs of runs set aside because a forward found the run at another peer.")
                .register(registry);
        FunctionCounter.builder("agentos_federation_deleted_runs", removed, Removed::deletedRuns)
                .description("Runs deleted, by age or on request.")
                .register(registry);
        time(
                "retention_last_pass",
                "How long the last whole retention pass took.",
                () -> retention.lastPass().took().toMillis());
        time(
                "retention_last_pass_timestamp",
                "When the last whole retention pass ended, since 1970; 0 = none yet.",
                () -> retention.lastPass().atMillis());
    }

    private void time(String name, String description, Supplier<Number> millis) {
        TimeGauge.builder("agentos_federation_" + name, millis, TimeUnit.MILLISECONDS)
                .description(description)
                .register(registry);
    }

    private void counter(
            String name, String description, String how, Removed removed, ToDoubleFunction<Removed> count) {
        FunctionCounter.builder("agentos_federation_" + name, removed, count)
                .description(description)
                .tags("how", how)
                .register(registry);
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder("agentos_federation_" + name, value)
                .description(description)
                .register(registry);
    }
}
