package org.agentos.federation.settings;

import static org.agentos.federation.settings.SettingType.count;
import static org.agentos.federation.settings.SettingType.decimal;
import static org.agentos.federation.settings.SettingType.integer;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Settings of rates, concurrency and quotas: of all callers together, and of each tenant. Peers have theirs in the registry. */
public final class LimitKeys {
    private static final KeySection SECTION = new KeySection();

    private static final int MAX = 1_000_000;
    private static final int MAX_BYTES = 1_000_000_000;

    static final Group ROUTE = group("federation.limits.route.", "of all callers together", false);
    static final Group PER_TENANT = group("federation.limits.per-tenant.", "of one tenant", true);

    public static final Key<Integer> MAX_TENANTS = SECTION.key(
            "federation.limits.max-tenants",
            "10000",
            integer(1, 1_000_000),
            "tenants whose use is counted apart at one time; the others share what one may");

    private LimitKeys() {}

    /** The keys of one set of limits. */
    record Group(
            Map<LimitKind, Key<Double>> rates,
            Map<LimitKind, Key<Long>> bursts,
            Map<LimitKind, Key<Integer>> concurrent,
            Map<LimitKind, Key<Long>> perDay) {
        Stream<Key<?>> keys() {
            return Stream.of(rates, bursts, concurrent, perDay).flatMap(byKind -> byKind.values().stream());
        }
    }

    private static Group group(String prefix, String whose, boolean quotas) {
        Map<LimitKind, Key<Double>> rates = new EnumMap<>(LimitKind.class);
        Map<LimitKind, Key<Long>> bursts = new EnumMap<>(LimitKind.class);
        for (LimitKind kind : LimitKind.values()) {
            int most = kind == LimitKind.BYTES ? MAX_BYTES : MAX;
            rates.put(
                    kind,
                    SECTION.key(
                            prefix + kind.plural() + "-per-second",
                            "",
                            decimal(0, most),
                            kind.plural() + " " + whose + " by the second; 0 = none, not set = no limit"));
            bursts.put(
                    kind,
                    SECTION.key(
                            prefix + kind.singular() + "-burst",
                            "",
                            count(1, most),
                            kind.plural() + " at once; not set: a second's worth"));
        }
        return new Group(rates, bursts, concurrent(prefix, whose), quotas ? perDay(prefix, whose) : Map.of());
    }

    private static Map<LimitKind, Key<Integer>> concurrent(String prefix, String whose) {
        Map<LimitKind, Key<Integer>> keys = new EnumMap<>(LimitKind.class);
        keys.put(LimitKind.FORWARDS, atOnce(prefix + "concurrent-forwards", "forwards " + whose));
        keys.put(LimitKind.EVENTS, atOnce(prefix + "concurrent-ingests", "pushes of events " + whose));
        keys.put(LimitKind.PAGES, atOnce(prefix + "concurrent-pages", "pages " + whose + ", those that wait too,"));
        return keys;
    }

    private static Key<Integer> atOnce(String property, String what) {
        return SECTION.key(property, "", integer(0, MAX), what + " under way at one time; not set = no limit");
    }

    private static Map<LimitKind, Key<Long>> perDay(String prefix, String whose) {
        Map<LimitKind, Key<Long>> keys = new EnumMap<>(LimitKind.class);
        keys.put(LimitKind.FORWARDS, daily(prefix + "forwards-per-day", "runs started " + whose));
        keys.put(LimitKind.EVENTS, daily(prefix + "events-per-day", "events newly stored " + whose));
        keys.put(LimitKind.BYTES, daily(prefix + "stored-bytes", "bytes of events newly stored " + whose));
        return keys;
    }

    private static Key<Long> daily(String property, String what) {
        return SECTION.key(property, "", count(0, Long.MAX_VALUE), what + " in a day, UTC; not set = no quota");
    }

    static List<Key<?>> all() {
        return SECTION.keys();
    }
}
