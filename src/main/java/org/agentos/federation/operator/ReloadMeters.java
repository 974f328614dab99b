package org.agentos.federation.operator;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** How reloads ended: each counted, and the last one shown. */
public final class ReloadMeters {
    private final MeterRegistry registry;
    private final InstantSource clock;
    private final AtomicLong lastMillis;
    private final AtomicLong lastGoodMillis;
    private volatile boolean good = true;

    /** The start counts as a first reload that was taken. */
    ReloadMeters(MeterRegistry registry, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
        this.lastMillis = new AtomicLong(clock.millis());
        this.lastGoodMillis = new AtomicLong(clock.millis());
        Gauge.builder("agentos_federation_reload_successful", () -> good ? 1 : 0)
                .description("1 when the last reload was taken over, 0 when it was refused.")
                .register(registry);
        time(
                "agentos_federation_reload_last_timestamp",
                "When the files were last reloaded or refused, since 1970.",
                lastMillis);
        time(
                "agentos_federation_reload_last_success_timestamp",
                "When the files were last taken over, since 1970.",
                lastGoodMillis);
    }

    private void time(String name, String description, AtomicLong millis) {
        TimeGauge.builder(name, () -> millis, TimeUnit.MILLISECONDS)
                .description(description)
                .register(registry);
    }

    void ended(boolean taken) {
        good = taken;
        lastMillis.set(clock.millis());
        if (taken) {
            lastGoodMillis.set(clock.millis());
        }
        Counter.builder("agentos_federation_reloads")
                .description("Reloads of peers and redelivery settings.")
                .tags("outcome", taken ? "taken" : "refused")
                .register(registry)
                .increment();
    }
}
