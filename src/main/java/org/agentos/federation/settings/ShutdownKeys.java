package org.agentos.federation.settings;

import static org.agentos.federation.settings.SettingType.duration;

import java.time.Duration;
import java.util.List;

/** How long the end may take. */
public final class ShutdownKeys {
    private static final KeySection SECTION = new KeySection();

    private static final Duration HOUR = Duration.ofHours(1);

    public static final Key<Duration> READINESS_DELAY = SECTION.key(
            "federation.shutdown.readiness-delay",
            "0s",
            duration(Duration.ZERO, HOUR),
            "health says 503 for so long before anything else happens");
    public static final Key<Duration> DRAIN = SECTION.key(
            "federation.shutdown.drain", "5s", duration(Duration.ZERO, HOUR), "over which open streams are ended");
    public static final Key<Duration> TOTAL = SECTION.key(
            "federation.shutdown.total",
            "20s",
            duration(Duration.ofSeconds(1), HOUR),
            "after which the process ends in any case");

    private ShutdownKeys() {}

    static List<Key<?>> all() {
        return SECTION.keys();
    }
}
