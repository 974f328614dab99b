package org.agentos.federation.settings;

import static org.agentos.federation.settings.SettingType.SWITCH;
import static org.agentos.federation.settings.SettingType.count;
import static org.agentos.federation.settings.SettingType.duration;
import static org.agentos.federation.settings.SettingType.integer;

import java.time.Duration;
import java.util.List;

/** Settings of the event log and of how long it keeps events. */
public final class EventLogKeys {
    private static final KeySection SECTION = new KeySection();

    private static final long MIB = 1L << 20;
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration YEARS = Duration.ofDays(3650);

    public static final Key<Long> LOG_BLOCK_CACHE = SECTION.key(
            "federation.log.block-cache-bytes", "268435456", count(8 * MIB, 64 * 1024 * MIB), "memory for reads");
    public static final Key<Integer> LOG_DEDUPE_ENTRIES = SECTION.key(
            "federation.log.dedupe-entries",
            "0",
            integer(0, 500_000_000),
            "event ids of active runs in memory, and events of one run; 0 = one for each 320 bytes of the heap's bound");
    public static final Key<Long> LOG_TAIL = SECTION.key(
            "federation.log.tail-bytes",
            "67108864",
            count(MIB, 16 * 1024 * MIB),
            "newest events held for live readers");
    public static final Key<Long> LOG_QUEUED = SECTION.key(
            "federation.log.queued-bytes",
            "67108864",
            count(MIB, 1024 * MIB),
            "events waiting to be written, then 503");
    public static final Key<Boolean> LOG_ACCEPT_LOSS = SECTION.key(
            "federation.log.accept-loss",
            "false",
            SWITCH,
            "start although acknowledged groups are missing from the log");
    public static final Key<Long> LOG_DISK_RESERVE = SECTION.key(
            "federation.log.disk-reserve-bytes",
            "268435456",
            count(16 * MIB, 1024 * 1024 * MIB),
            "free disk below which no events and no forwards are taken, 503");
    public static final Key<Duration> RETENTION_MAX_AGE = SECTION.key(
            "federation.retention.max-age",
            "7d",
            duration(Duration.ofSeconds(1), YEARS),
            "age after which an event may go");
    public static final Key<Long> RETENTION_MAX_BYTES = SECTION.key(
            "federation.retention.max-bytes",
            "0",
            count(0, Long.MAX_VALUE),
            "bytes of a run's newest envelopes; what is older may go; 0 = no cap");
    public static final Key<Long> RETENTION_MAX_EVENTS = SECTION.key(
            "federation.retention.max-events",
            "0",
            count(0, Long.MAX_VALUE),
            "a run's newest events; what is older may go; 0 = no cap");
    public static final Key<Duration> RETENTION_SILENT_RUNS = SECTION.key(
            "federation.retention.silent-runs",
            "30d",
            duration(Duration.ofSeconds(1), YEARS),
            "a run without an end is deleted once all its events have aged out and it was silent so long");
    public static final Key<Duration> RETENTION_TOMBSTONES = SECTION.key(
            "federation.retention.tombstones",
            "30d",
            duration(Duration.ofSeconds(1), YEARS),
            "a deleted run is remembered so long, so that no late event brings it back");
    public static final Key<Duration> RETENTION_INTERVAL = SECTION.key(
            "federation.retention.interval",
            "1m",
            duration(Duration.ofMillis(100), DAY),
            "between two passes over the log");

    private EventLogKeys() {}

    static List<Key<?>> all() {
        return SECTION.keys();
    }
}
