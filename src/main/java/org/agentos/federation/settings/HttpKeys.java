package org.agentos.federation.settings;

import static org.agentos.federation.settings.SettingType.TEXT;
import static org.agentos.federation.settings.SettingType.count;
import static org.agentos.federation.settings.SettingType.duration;
import static org.agentos.federation.settings.SettingType.integer;

import java.time.Duration;
import java.util.List;

/** Settings of the listener, and which pages may call it from a browser. */
public final class HttpKeys {
    private static final KeySection SECTION = new KeySection();

    private static final long MIB = 1L << 20;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    public static final Key<String> HOST =
            SECTION.key("federation.http.host", "127.0.0.1", TEXT, "address the listener binds");
    public static final Key<Integer> PORT = SECTION.key(
            "federation.http.port", "50083", integer(0, 65_535), "port the listener binds; 0 = any free one");
    public static final Key<Integer> EVENT_LOOPS =
            SECTION.key("federation.http.event-loops", "2", integer(1, 64), "threads that read and write sockets");
    public static final Key<Integer> WORKERS =
            SECTION.key("federation.http.workers", "16", integer(1, 512), "threads that run routes");
    public static final Key<Integer> IN_FLIGHT = SECTION.key(
            "federation.http.max-in-flight", "2000", integer(1, 100_000), "requests worked on at once, then 503");
    public static final Key<Long> MAX_BODY = SECTION.key(
            "federation.http.max-body-bytes", "8388608", count(1024, 256 * MIB), "request body after decompression");
    public static final Key<Duration> IDLE = SECTION.key(
            "federation.http.idle-timeout", "75s", duration(Duration.ofSeconds(1), HOUR), "idle connections close");
    public static final Key<Duration> HEADER_TIMEOUT = SECTION.key(
            "federation.http.header-timeout",
            "10s",
            duration(Duration.ofMillis(100), HOUR),
            "a request head that takes longer is cut");
    public static final Key<String> CORS_ORIGINS = SECTION.key(
            "federation.cors.origins",
            "",
            TEXT,
            "origins whose pages may call from a browser, scheme://host[:port], separated by commas; * = all, not in prod");
    public static final Key<Duration> CORS_MAX_AGE = SECTION.key(
            "federation.cors.max-age",
            "10m",
            duration(Duration.ZERO, DAY),
            "how long a browser remembers a permission");

    private HttpKeys() {}

    static List<Key<?>> all() {
        return SECTION.keys();
    }
}
