package org.agentos.federation.settings;

import java.util.Map;

/**
 * The limits of a tenant, a peer or a route; what is absent is not limited.
 *
 * @param concurrent requests at once: forwards, pushes (as {@link LimitKind#EVENTS}) and pages
 * @param perDay forwards, events and stored bytes of one day, UTC
 */
public record LimitSet(Map<LimitKind, Rate> rates, Map<LimitKind, Integer> concurrent, Map<LimitKind, Long> perDay) {
    public static final LimitSet NONE = new LimitSet(Map.of(), Map.of(), Map.of());

    public LimitSet {
        rates = Map.copyOf(rates);
        concurrent = Map.copyOf(concurrent);
        perDay = Map.copyOf(perDay);
    }

    public boolean isEmpty() {
        return rates.isEmpty() && concurrent.isEmpty() && perDay.isEmpty();
    }

    /** Whether anything of this kind is limited. */
    public boolean concerns(LimitKind kind) {
        return rates.containsKey(kind) || concurrent.containsKey(kind) || perDay.containsKey(kind);
    }
}
