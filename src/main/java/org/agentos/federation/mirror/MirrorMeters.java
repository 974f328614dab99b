package org.agentos.federation.mirror;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.agentos.federation.eventlog.Verdict;

/** What the mirrors count; every label has a fixed, small set of values. */
public final class MirrorMeters {
    private static final String PREFIX = "agentos_federation_mirror_";

    private final MeterRegistry registry;

    /** By the value of the label, which is of another type for each name. */
    private final Map<Enum<?>, Counter> counters = new ConcurrentHashMap<>();

    public MirrorMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    void watchOpen(Supplier<Number> open, Supplier<Number> runs, ToLongFunction<MirrorState.Phase> inPhase) {
        Gauge.builder(PREFIX + "open", open)
                .description("Upstream connections open or being opened.")
                .register(registry);
        Gauge.builder(PREFIX + "runs", runs)
                .description("Runs with a mirror at work.")
                .register(registry);
        for (MirrorState.Phase phase : MirrorState.Phase.values()) {
            Gauge.builder(PREFIX + "states", () -> inPhase.applyAsLong(phase))
                    .description("Runs with a mirror at work by what it is doing.")
                    .tag("state", phase.wireName())
                    .register(registry);
        }
    }

    void connection(Outcome outcome) {
        count("connections", "outcome", outcome.kind());
    }

    void events(Verdict.Status verdict, int count) {
        count("events", "status", verdict, count);
    }

    void skipped(EnvelopeReader.Reason reason) {
        count("skipped_frames", "reason", reason);
    }

    void readAgain() {
        Counter.builder(PREFIX + "read_again").register(registry).increment();
    }

    void runRefused() {
        Counter.builder(PREFIX + "refused_runs").register(registry).increment();
    }

    private void count(String name, String label, Enum<?> value) {
        count(name, label, value, 1);
    }

    private void count(String name, String label, Enum<?> value, int count) {
        counters.computeIfAbsent(value, first -> Counter.builder(PREFIX + name)
                        .tag(label, first.name().toLowerCase(Locale.ROOT))
                        .register(registry))
                .increment(count);
    }
}
