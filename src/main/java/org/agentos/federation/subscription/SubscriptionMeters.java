package org.agentos.federation.subscription;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What {@code GET /metrics} tells of one open subscription; the label is its name, of which there are few. */
final class SubscriptionMeters implements AutoCloseable {
    private static final String PREFIX = "agentos_federation_subscription_";

    private final MeterRegistry registry;
    private final String name;
    private final List<Meter> meters = new ArrayList<>();
    final Counter delivered;
    final Counter redelivered;
    final Counter buried;
    final Counter gone;

    SubscriptionMeters(MeterRegistry registry, String name) {
        this.registry = registry;
        this.name = name;
        this.delivered = counter("delivered", "Events a subscription's route has taken.");
        this.redelivered = counter("redelivered", "Times an event was given to a step or route again.");
        this.buried = counter("dead_lettered", "Events put apart because their route finally failed.");
        this.gone = counter(
                "gone", "Records stepped over, and events that waited, which retention or a deletion had taken out.");
    }

    /** Shows how the subscription is whenever somebody asks. */
    void watch(Supplier<SubscriptionStatus> status) {
        gauge("lag_entries", "Records of the log not done with yet.", status, SubscriptionStatus::lagEntries);
        meters.add(TimeGauge.builder(PREFIX + "lag", () -> status.get().lagSeconds(), TimeUnit.SECONDS)
                .description("Age of the oldest record not done with.")
                .tags("subscription", name)
                .register(registry));
        gauge("in_flight", "Events at the route.", status, SubscriptionStatus::inFlight);
        gauge("waiting", "Events read and not at the route yet.", status, SubscriptionStatus::waiting);
        gauge("retrying", "Events that have failed and are delivered again.", status, SubscriptionStatus::retrying);
        meters.add(TimeGauge.builder(PREFIX + "failing", () -> status.get().failingSeconds(), TimeUnit.SECONDS)
                .description(
                        "For how long the sink has taken nothing and the subscription waits for it; 0 = it does not.")
                .tags("subscription", name)
                .register(registry));
        gauge("dead_letters", "Events put apart that are still kept.", status, SubscriptionStatus::dead);
        gauge(
                "running",
                "1 while the subscription gives out events, or waits for its sink.",
                status,
                now -> now.running() ? 1 : 0);
    }

    private Counter counter(String what, String description) {
        Counter counter = Counter.builder(PREFIX + what)
                .description(description)
                .tags("subscription", name)
                .register(registry);
        meters.add(counter);
        return counter;
    }

    private void gauge(
            String what,
            String description,
            Supplier<SubscriptionStatus> status,
            ToDoubleFunction<SubscriptionStatus> value) {
        meters.add(Gauge.builder(PREFIX + what, () -> value.applyAsDouble(status.get()))
                .description(description)
                .tags("subscription", name)
                .register(registry));
    }

    @Override
    public void close() {
        meters.forEach(registry::remove);
    }
}
