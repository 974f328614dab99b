package org.agentos.federation.settings;

import static org.agentos.federation.settings.SettingType.count;
import static org.agentos.federation.settings.SettingType.duration;
import static org.agentos.federation.settings.SettingType.integer;

import java.time.Duration;
import java.util.List;

/** Settings of streams to clients. */
public final class StreamKeys {
    private static final KeySection SECTION = new KeySection();

    private static final long MIB = 1L << 20;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    public static final Key<Duration> HEARTBEAT = SECTION.key(
            "federation.stream.heartbeat",
            "15s",
            duration(Duration.ofMillis(100), HOUR),
            "silence after which a comment is sent");
    public static final Key<Integer> MAX =
            SECTION.key("federation.stream.max-streams", "10000", integer(1, 1_000_000), "open at once, then 429");
    public static final Key<Integer> PER_TENANT = SECTION.key(
            "federation.stream.max-streams-per-tenant",
            "10000",
            integer(1, 1_000_000),
            "open for one tenant, then 429");
    public static final Key<Integer> BUFFER = SECTION.key(
            "federation.stream.buffer-bytes", "262144", integer(16_384, 64 << 20), "frames held for one slow client");
    public static final Key<Long> BUFFER_IN_ALL = SECTION.key(
            "federation.stream.buffer-bytes-in-all",
            "67108864",
            count(MIB, 64 * 1024 * MIB),
            "frames held for all slow clients; above, those stuck the longest are ended");
    public static final Key<Duration> WRITE_TIMEOUT = SECTION.key(
            "federation.stream.write-timeout",
            "30s",
            duration(Duration.ofSeconds(1), Duration.ofMinutes(1)),
            "a client that takes less than 1 KiB a second for so long is ended");
    public static final Key<Duration> MAX_LIFETIME = SECTION.key(
            "federation.stream.max-lifetime",
            "1h",
            duration(Duration.ZERO, DAY),
            "of a stream, less up to 10 %; its client comes back; 0s = no limit");

    private StreamKeys() {}

    static List<Key<?>> all() {
        return SECTION.keys();
    }
}
