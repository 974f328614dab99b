package org.agentos.federation.settings;

import static org.agentos.federation.settings.SettingType.duration;
import static org.agentos.federation.settings.SettingType.integer;

import java.time.Duration;
import java.util.List;

/** Settings of reading the streams of peers. */
public final class MirrorKeys {
    private static final KeySection SECTION = new KeySection();

    private static final Duration MILLI = Duration.ofMillis(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    public static final Key<Integer> CONNECT_ATTEMPTS = SECTION.key(
            "federation.mirror.connect-attempts", "6", integer(1, 100), "in a row, then the slow pace begins");
    public static final Key<Duration> BASE_BACKOFF = SECTION.key(
            "federation.mirror.base-backoff",
            "250ms",
            duration(MILLI, Duration.ofSeconds(1)),
            "before the first retry");
    public static final Key<Duration> MAX_BACKOFF =
            SECTION.key("federation.mirror.max-backoff", "30s", duration(MILLI, HOUR), "no wait is longer");
    public static final Key<Integer> EMPTY_TRIES = SECTION.key(
            "federation.mirror.empty-tries",
            "10",
            integer(1, 1000),
            "tries without news, then the run counts as ended");
    public static final Key<Duration> IDLE = SECTION.key(
            "federation.mirror.idle-timeout", "60s", duration(Duration.ofMillis(100), DAY), "a silent upstream is cut");
    public static final Key<Duration> TOTAL = SECTION.key(
            "federation.mirror.total-timeout",
            "1h",
            duration(Duration.ofSeconds(1), DAY),
            "an older upstream is closed and opened anew");
    public static final Key<Integer> MAX_OPEN =
            SECTION.key("federation.mirror.max-open", "10000", integer(1, 100_000), "upstream connections at once");
    public static final Key<Integer> MAX_OPEN_PER_PEER = SECTION.key(
            "federation.mirror.max-open-per-peer",
            "5000",
            integer(1, 100_000),
            "of them to one peer without limits.streams in the registry");
    public static final Key<Integer> CONNECT_RATE = SECTION.key(
            "federation.mirror.connects-per-second", "1000", integer(1, 100_000), "to all peers, the rest waits");
    public static final Key<Integer> CONNECT_RATE_PER_PEER = SECTION.key(
            "federation.mirror.connects-per-second-and-peer",
            "500",
            integer(1, 100_000),
            "to one peer, the rest waits");

    private MirrorKeys() {}

    static List<Key<?>> all() {
        return SECTION.keys();
    }
}
