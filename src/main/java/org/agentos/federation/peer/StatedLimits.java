package org.agentos.federation.peer;

import java.util.LinkedHashMap;
import java.util.Map;
import org.agentos.federation.settings.LimitKind;
import org.agentos.federation.settings.LimitSet;
import org.agentos.federation.settings.Rate;

/** Limits as capabilities name them; where several stand before the same, the least one. What is not limited is absent. */
final class StatedLimits {
    private final Map<String, Number> limits = new LinkedHashMap<>();

    void least(String name, long limit) {
        limits.merge(name, limit, (one, other) -> Math.min(one.longValue(), other.longValue()));
    }

    private void least(String name, double limit) {
        limits.merge(name, limit, (one, other) -> Math.min(one.doubleValue(), other.doubleValue()));
    }

    void add(LimitSet set) {
        set.rates().forEach(this::addRate);
        set.concurrent()
                .forEach((kind, most) -> least(
                        switch (kind) {
                            case FORWARDS -> "max_concurrent_runs";
                            case EVENTS -> "max_concurrent_ingests";
                            default -> "max_concurrent_" + kind.plural();
                        },
                        most));
        set.perDay().forEach(this::addQuota);
    }

    /** What a peer that pushes events meets: its limits of forwards are those of forwards to it. */
    void addPushesOf(Peer peer) {
        peer.limits().rates().forEach((kind, rate) -> {
            if (kind != LimitKind.FORWARDS) {
                addRate(kind, rate);
            }
        });
        peer.limits().concurrentIngests().ifPresent(most -> least("max_concurrent_ingests", most));
        peer.quotas().perDay().forEach((kind, quota) -> {
            if (kind != LimitKind.FORWARDS) {
                addQuota(kind, quota);
            }
        });
    }

    /** A batch may be no larger than what passes at once. */
    private void addRate(LimitKind kind, Rate rate) {
        least(kind.plural() + "_per_second", rate.perSecond());
        least(kind.singular() + "_burst", rate.burst());
        if (kind == LimitKind.EVENTS) {
            least("max_batch_events", rate.burst());
        }
    }

    private void addQuota(LimitKind kind, long quota) {
        least(kind == LimitKind.BYTES ? "stored_bytes_per_day" : kind.plural() + "_per_day", quota);
    }

    Map<String, Number> all() {
        return limits;
    }
}
