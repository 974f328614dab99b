package org.agentos.federation.settings;

import static org.agentos.federation.settings.SettingType.TEXT;
import static org.agentos.federation.settings.SettingType.decimal;
import static org.agentos.federation.settings.SettingType.duration;
import static org.agentos.federation.settings.SettingType.integer;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Settings of forwards and of what a failing peer may cost. */
public final class ForwardingKeys {
    private static final KeySection SECTION = new KeySection();

    public static final Key<String> INDEX_FILE = SECTION.key(
            "federation.forward.index-file",
            "",
            TEXT,
            "the forward index, its journal beside it; not set: forward-index.json in the data directory");
    public static final Key<Integer> MAX_ATTEMPTS =
            SECTION.key("federation.forward.max-attempts", "3", integer(1, 100), "calls to the peer in all");
    public static final Key<Integer> BASE_BACKOFF = SECTION.key(
            "federation.forward.base-backoff-ms", "250", integer(1, 60_000), "first delay between attempts");
    public static final Key<Double> MULTIPLIER =
            SECTION.key("federation.forward.multiplier", "2.0", decimal(1, 10), "growth of the delay");
    public static final Key<Double> JITTER =
            SECTION.key("federation.forward.jitter", "0.2", decimal(0, 1), "share by which a delay varies either way");
    public static final Key<Integer> MAX_BACKOFF =
            SECTION.key("federation.forward.max-backoff-ms", "5000", integer(1, 600_000), "no delay is longer");
    public static final Key<Set<Integer>> RETRY_STATUSES = SECTION.key(
            "federation.forward.retry-statuses",
            "",
            SettingType.RETRY_STATUSES,
            "the only answers tried again, 429,502-504 say; not set: 500-599, and 429 with Retry-After");
    public static final Key<Integer> DEADLINE = SECTION.key(
            "federation.forward.deadline-ms", "30000", integer(1, 600_000), "for all attempts of a forward");
    public static final Key<Integer> ATTEMPT_TIMEOUT = SECTION.key(
            "federation.forward.attempt-timeout-ms", "10000", integer(1, 600_000), "for the answer to one call");
    public static final Key<Integer> CONNECT_TIMEOUT =
            SECTION.key("federation.forward.connect-timeout-ms", "2000", integer(1, 60_000), "for reaching the peer");
    public static final Key<Integer> PER_PEER = SECTION.key(
            "federation.forward.in-flight-per-peer", "64", integer(1, 10_000), "forwards at one peer at once");
    public static final Key<Integer> IN_FLIGHT =
            SECTION.key("federation.forward.in-flight", "256", integer(1, 10_000), "forwards at all peers at once");
    public static final Key<Integer> PLACE_WAIT = SECTION.key(
            "federation.forward.place-wait-ms", "250", integer(0, 10_000), "a forward waits for its place, then 503");
    public static final Key<Integer> WAITING = SECTION.key(
            "federation.forward.waiting-per-peer",
            "64",
            integer(0, 10_000),
            "forwards that wait for a place at one peer, then 503 at once");
    public static final Key<Duration> KEY_RETENTION = SECTION.key(
            "federation.forward.key-retention",
            "24h",
            duration(Duration.ofMinutes(1), Duration.ofDays(30)),
            "how long an idempotency key is remembered");
    public static final Key<Integer> COMPACT_AFTER = SECTION.key(
            "federation.forward.compact-after-entries",
            "100000",
            integer(100, 100_000_000),
            "journal lines after which a snapshot is written");
    public static final Key<Duration> BREAKER_WINDOW = SECTION.key(
            "federation.breaker.window",
            "20s",
            duration(Duration.ofSeconds(1), Duration.ofMinutes(10)),
            "the calls to a peer that its breaker looks at");
    public static final Key<Integer> BREAKER_MIN_CALLS = SECTION.key(
            "federation.breaker.min-calls", "20", integer(1, 10_000), "calls in the window before it may open");
    public static final Key<Integer> BREAKER_FAILURE_RATE = SECTION.key(
            "federation.breaker.failure-rate-percent", "50", integer(1, 100), "failed ones among them that open it");
    public static final Key<Duration> BREAKER_OPEN_FOR = SECTION.key(
            "federation.breaker.open-for",
            "10s",
            duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
            "no call to the peer meanwhile");
    public static final Key<Integer> BREAKER_PROBES = SECTION.key(
            "federation.breaker.probes", "3", integer(1, 100), "calls let through then, which close or open it again");
    public static final Key<Double> RETRY_BUDGET_SHARE = SECTION.key(
            "federation.retry-budget.share", "0.1", decimal(0, 10), "retries for each request to a peer, over 10 s");
    public static final Key<Integer> RETRY_BUDGET_FLOOR = SECTION.key(
            "federation.retry-budget.floor", "10", integer(0, 10_000), "retries in 10 s that are granted in any case");

    private ForwardingKeys() {}

    static List<Key<?>> all() {
        return SECTION.keys();
    }
}
