package org.agentos.federation.settings;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Reads the limits: those of all callers together, of each tenant, and of single tenants, which are
 * {@code federation.limits.tenant.<tenant>.forwards-per-second} and so on, with the values of the setting for each tenant of
 * the same last part. In files only: an environment variable cannot hold every tenant id.
 */
final class LimitReader {
    static final String PREFIX = "federation.limits.tenant.";

    private final SettingsSource source;

    LimitReader(SettingsSource source) {
        this.source = source;
    }

    /** Reads them; what does not parse or does not fit together is reported to the source. */
    LimitSettings read() {
        LimitSet route = set(LimitKeys.ROUTE, Map.of(), "");
        LimitSet perTenant = set(LimitKeys.PER_TENANT, Map.of(), "");
        Map<String, LimitSet> tenants = new HashMap<>();
        members()
                .forEach((tenantId, own) ->
                        tenants.put(tenantId, set(LimitKeys.PER_TENANT, own, PREFIX + tenantId + ".")));
        return new LimitSettings(route, perTenant, tenants, source.value(LimitKeys.MAX_TENANTS));
    }

    /** What single tenants set: the text by the last part of its name. */
    private Map<String, Map<String, String>> members() {
        Map<String, Key<?>> known =
                LimitKeys.PER_TENANT.keys().collect(Collectors.toMap(LimitReader::lastPart, key -> key));
        Map<String, Map<String, String>> members = new LinkedHashMap<>();
        source.properties().forEach((name, text) -> {
            if (name.startsWith(PREFIX) && !text.isBlank()) {
                String rest = name.substring(PREFIX.length());
                int dot = rest.lastIndexOf('.');
                String member = rest.substring(dot + 1);
                if (dot > 0 && known.containsKey(member)) {
                    members.computeIfAbsent(rest.substring(0, dot), any -> new HashMap<>())
                            .put(member, text.strip());
                } else {
                    source.problem("unknown property " + name + "; a tenant's limits have the names of "
                            + "federation.limits.per-tenant.*");
                }
            }
        });
        return members;
    }

    private LimitSet set(LimitKeys.Group keys, Map<String, String> own, String prefix) {
        Map<LimitKind, Rate> rates = new EnumMap<>(LimitKind.class);
        keys.rates().forEach((kind, key) -> {
            Key<Long> burstKey = keys.bursts().get(kind);
            Optional<Double> rate = value(key, own, prefix);
            Optional<Long> burst = value(burstKey, own, prefix);
            if (rate.isPresent()) {
                rates.put(kind, Rate.of(rate.get(), burst.map(OptionalLong::of).orElse(OptionalLong.empty())));
            } else if (burst.isPresent()) {
                source.problem(burstKey, "limits nothing without " + key.variable());
            }
        });
        return new LimitSet(rates, values(keys.concurrent(), own, prefix), values(keys.perDay(), own, prefix));
    }

    private <T> Map<LimitKind, T> values(Map<LimitKind, Key<T>> keys, Map<String, String> own, String prefix) {
        Map<LimitKind, T> values = new EnumMap<>(LimitKind.class);
        keys.forEach((kind, key) -> value(key, own, prefix).ifPresent(value -> values.put(kind, value)));
        return values;
    }

    private <T> Optional<T> value(Key<T> key, Map<String, String> own, String prefix) {
        String text = own.get(lastPart(key));
        if (text == null) {
            return source.optional(key);
        }
        try {
            return Optional.of(key.type().parser().apply(text));
        } catch (IllegalArgumentException e) {
            source.problem(prefix + lastPart(key) + " must be " + key.typeName() + ", is \"" + text + "\"");
            return Optional.empty();
        }
    }

    private static String lastPart(Key<?> key) {
        return key.property().substring(key.property().lastIndexOf('.') + 1);
    }
}
