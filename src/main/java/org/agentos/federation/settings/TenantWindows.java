package org.agentos.federation.settings;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The windows of single tenants: {@code federation.retention.tenant.<tenant>.max-age} and so on, with the values of the
 * setting of the same last part. What a tenant does not set is as for all others. In files only: an environment variable
 * cannot hold every tenant id.
 */
final class TenantWindows {
    static final String PREFIX = "federation.retention.tenant.";

    private static final List<Key<?>> MEMBERS = List.of(
            EventLogKeys.RETENTION_MAX_AGE, EventLogKeys.RETENTION_MAX_BYTES, EventLogKeys.RETENTION_MAX_EVENTS);

    private final SettingsSource source;
    private final Map<String, RetentionWindow> windows = new LinkedHashMap<>();

    private TenantWindows(SettingsSource source) {
        this.source = source;
    }

    /** Reads them; what does not parse is reported to the source. */
    static Map<String, RetentionWindow> read(SettingsSource source, RetentionWindow common) {
        TenantWindows read = new TenantWindows(source);
        source.properties().forEach((name, text) -> {
            if (name.startsWith(PREFIX) && !text.isBlank()) {
                read.take(name, text.strip(), common);
            }
        });
        return Map.copyOf(read.windows);
    }

    private void take(String name, String text, RetentionWindow common) {
        String rest = name.substring(PREFIX.length());
        int dot = rest.lastIndexOf('.');
        String member = rest.substring(dot + 1);
        boolean known = dot > 0 && MEMBERS.stream().anyMatch(key -> member.equals(lastPart(key)));
        if (!known) {
            source.problem("unknown property " + name + "; a tenant's retention is set by " + PREFIX
                    + "<tenant>.max-age, .max-bytes and .max-events");
            return;
        }
        windows.merge(rest.substring(0, dot), with(common, name, text), (before, ignored) -> with(before, name, text));
    }

    private RetentionWindow with(RetentionWindow window, String name, String text) {
        Duration maxAge = name.endsWith(lastPart(EventLogKeys.RETENTION_MAX_AGE))
                ? value(EventLogKeys.RETENTION_MAX_AGE, name, text, window.maxAge())
                : window.maxAge();
        long maxBytes = name.endsWith(lastPart(EventLogKeys.RETENTION_MAX_BYTES))
                ? value(EventLogKeys.RETENTION_MAX_BYTES, name, text, window.maxBytes())
                : window.maxBytes();
        long maxEvents = name.endsWith(lastPart(EventLogKeys.RETENTION_MAX_EVENTS))
                ? value(EventLogKeys.RETENTION_MAX_EVENTS, name, text, window.maxEvents())
                : window.maxEvents();
        return new RetentionWindow(maxAge, maxBytes, maxEvents);
    }

    private <T> T value(Key<T> key, String name, String text, T otherwise) {
        try {
            return key.type().parser().apply(text);
        } catch (IllegalArgumentException e) {
            source.problem(name + " must be " + key.typeName() + ", is \"" + text + "\"");
            return otherwise;
        }
    }

    private static String lastPart(Key<?> key) {
        return key.property().substring(key.property().lastIndexOf('.') + 1);
    }
}
