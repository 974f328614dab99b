package org.agentos.federation.settings;

import static org.agentos.federation.settings.SettingType.AUDIT_SINK;
import static org.agentos.federation.settings.SettingType.PROFILE;
import static org.agentos.federation.settings.SettingType.RETRY_STATUSES;
import static org.agentos.federation.settings.SettingType.STACK_ID;
import static org.agentos.federation.settings.SettingType.SWITCH;
import static org.agentos.federation.settings.SettingType.TEXT;
import static org.agentos.federation.settings.SettingType.count;
import static org.agentos.federation.settings.SettingType.decimal;
import static org.agentos.federation.settings.SettingType.duration;
import static org.agentos.federation.settings.SettingType.integer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Every setting there is, in one place. The variables without {@code AGENTOS_FED_} and those of the contract keep their
 * names; all others are the property in upper case with {@code AGENTOS_FED_} before it. docs/configuration.md prints
 * this table and a test compares the two.
 */
public final class Keys {
    private static final List<Key<?>> ALL = new ArrayList<>();

    private static final long MIB = 1L << 20;
    private static final Duration MILLI = Duration.ofMillis(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration YEARS = Duration.ofDays(3650);

    // The stack
    public static final Key<Profile> PROFILE_NAME =
            named("federation.profile", "AGENTOS_PROFILE", "dev", PROFILE, "how much is believed without proof");
    public static final Key<String> PEERS_FILE =
            named("federation.peers-file", "AGENTOS_PEERS_FILE", "config/peers.json", TEXT, "the peer registry");
    public static final Key<String> STACK = named(
            "federation.stack-id", "AGENTOS_STACK_ID", "", STACK_ID, "this stack's id, over the registry's local part");
    public static final Key<String> ENVIRONMENT = named(
            "federation.environment", "AGENTOS_ENVIRONMENT", "", TEXT, "this stack's environment, over the registry's");
    public static final Key<String> REGION =
            named("federation.region", "AGENTOS_REGION", "", TEXT, "this stack's region, over the registry's");
    public static final Key<String> DATA_DIR =
            key("federation.data-dir", "data/federation", TEXT, "where state is kept");

    // The listener
    public static final Key<String> HTTP_HOST =
            key("federation.http.host", "127.0.0.1", TEXT, "address the listener binds");
    public static final Key<Integer> HTTP_PORT =
            key("federation.http.port", "50083", integer(0, 65_535), "port the listener binds; 0 = any free one");
    public static final Key<Integer> HTTP_EVENT_LOOPS =
            key("federation.http.event-loops", "2", integer(1, 64), "threads that read and write sockets");
    public static final Key<Integer> HTTP_WORKERS =
            key("federation.http.workers", "16", integer(1, 512), "threads that run routes");
    public static final Key<Integer> HTTP_IN_FLIGHT =
            key("federation.http.max-in-flight", "2000", integer(1, 100_000), "requests worked on at once, then 503");
    public static final Key<Long> HTTP_MAX_BODY = key(
            "federation.http.max-body-bytes", "8388608", count(1024, 256 * MIB), "request body after decompression");
    public static final Key<Duration> HTTP_IDLE =
            key("federation.http.idle-timeout", "75s", duration(Duration.ofSeconds(1), HOUR), "idle connections close");
    public static final Key<Duration> HTTP_HEADER_TIMEOUT = key(
            "federation.http.header-timeout",
            "10s",
            duration(Duration.ofMillis(100), HOUR),
            "a request head that takes longer is cut");
    public static final Key<String> CORS_ORIGINS = key(
            "federation.cors.origins",
            "",
            TEXT,
            "origins whose pages may call from a browser, scheme://host[:port], separated by commas; * = all, not in prod");
    public static final Key<Duration> CORS_MAX_AGE = key(
            "federation.cors.max-age",
            "10m",
            duration(Duration.ZERO, DAY),
            "how long a browser remembers a permission");

    // TLS and tokens
    public static final Key<String> SERVER_CERT = named(
            "federation.tls.server-cert", "AGENTOS_FED_SERVER_CERT", "", TEXT, "PEM certificate chain of the listener");
    public static final Key<String> SERVER_KEY =
            named("federation.tls.server-key", "AGENTOS_FED_SERVER_KEY", "", TEXT, "PEM private key of the listener");
    public static final Key<Boolean> REQUIRE_MTLS = named(
            "federation.tls.require-mtls",
            "AGENTOS_FED_REQUIRE_MTLS",
            "false",
            SWITCH,
            "only clients with a certificate of the CA get past the handshake");
    public static final Key<String> CA_CERT = named(
            "federation.tls.ca-cert",
            "AGENTOS_FED_CA_CERT",
            "",
            TEXT,
            "PEM CAs trusted for peers, as client and server");
    public static final Key<String> CLIENT_CERT = named(
            "federation.tls.client-cert", "AGENTOS_FED_CLIENT_CERT", "", TEXT, "PEM certificate for calls to peers");
    public static final Key<String> CLIENT_KEY = named(
            "federation.tls.client-key", "AGENTOS_FED_CLIENT_KEY", "", TEXT, "PEM private key for calls to peers");
    public static final Key<String> JWT_PUBLIC_KEY = named(
            "federation.trust.jwt-public-key",
            "AGENTOS_FED_JWT_PUBLIC_KEY",
            "",
            TEXT,
            "PEM public key, JWKS file or JWKS URL; set: every caller needs a token it verifies");
    public static final Key<String> DEFAULT_TENANT =
            named("federation.default-tenant", "AGENTOS_DEFAULT_TENANT", "", TEXT, "tenant when a request names none");
    public static final Key<String> AUDIT = named(
            "federation.audit.sink",
            "AGENTOS_AUDIT_SINK",
            "file:data/audit/federation.audit.log",
            AUDIT_SINK,
            "where audit records go");
    public static final Key<Boolean> METRICS_AUTH = named(
            "federation.metrics.require-auth",
            "AGENTOS_METRICS_REQUIRE_AUTH",
            "false",
            SWITCH,
            "/metrics asks for a token with metrics:read");

    public static final Key<Boolean> TICKET_ENABLED = key(
            "federation.ticket.enabled",
            "false",
            SWITCH,
            "tickets open a run's events to pages that cannot set headers");
    public static final Key<Duration> TICKET_LIFETIME = key(
            "federation.ticket.lifetime",
            "5m",
            duration(Duration.ofSeconds(1), HOUR),
            "of a ticket, never longer than the token it was asked for with");

    // Forwarding
    public static final Key<String> FORWARD_INDEX_FILE = key(
            "federation.forward.index-file",
            "",
            TEXT,
            "the forward index, its journal beside it; not set: forward-index.json in the data directory");
    public static final Key<Integer> FORWARD_MAX_ATTEMPTS =
            key("federation.forward.max-attempts", "3", integer(1, 100), "calls to the peer in all");
    public static final Key<Integer> FORWARD_BASE_BACKOFF =
            key("federation.forward.base-backoff-ms", "250", integer(1, 60_000), "first delay between attempts");
    public static final Key<Double> FORWARD_MULTIPLIER =
            key("federation.forward.multiplier", "2.0", decimal(1, 10), "growth of the delay");
    public static final Key<Double> FORWARD_JITTER =
            key("federation.forward.jitter", "0.2", decimal(0, 1), "share by which a delay varies either way");
    public static final Key<Integer> FORWARD_MAX_BACKOFF =
            key("federation.forward.max-backoff-ms", "5000", integer(1, 600_000), "no delay is longer");
    public static final Key<Set<Integer>> FORWARD_RETRY_STATUSES = key(
            "federation.forward.retry-statuses",
            "",
            RETRY_STATUSES,
            "the only answers tried again, 429,502-504 say; not set: 500-599, and 429 with Retry-After");
    public static final Key<Integer> FORWARD_DEADLINE =
            key("federation.forward.deadline-ms", "30000", integer(1, 600_000), "for all attempts of a forward");
    public static final Key<Integer> FORWARD_ATTEMPT_TIMEOUT =
            key("federation.forward.attempt-timeout-ms", "10000", integer(1, 600_000), "for the answer to one call");
    public static final Key<Integer> FORWARD_CONNECT_TIMEOUT =
            key("federation.forward.connect-timeout-ms", "2000", integer(1, 60_000), "for reaching the peer");
    public static final Key<Integer> FORWARD_PER_PEER =
            key("federation.forward.in-flight-per-peer", "64", integer(1, 10_000), "forwards at one peer at once");
    public static final Key<Integer> FORWARD_IN_FLIGHT =
            key("federation.forward.in-flight", "256", integer(1, 10_000), "forwards at all peers at once");
    public static final Key<Integer> FORWARD_PLACE_WAIT = key(
            "federation.forward.place-wait-ms", "250", integer(0, 10_000), "a forward waits for its place, then 503");
    public static final Key<Integer> FORWARD_WAITING = key(
            "federation.forward.waiting-per-peer",
            "64",
            integer(0, 10_000),
            "forwards that wait for a place at one peer, then 503 at once");
    public static final Key<Duration> FORWARD_KEY_RETENTION = key(
            "federation.forward.key-retention",
            "24h",
            duration(Duration.ofMinutes(1), Duration.ofDays(30)),
            "how long an idempotency key is remembered");
    public static final Key<Integer> FORWARD_COMPACT_AFTER = key(
            "federation.forward.compact-after-entries",
            "100000",
            integer(100, 100_000_000),
            "journal lines after which a snapshot is written");

    // Failing peers
    public static final Key<Duration> BREAKER_WINDOW = key(
            "federation.breaker.window",
            "20s",
            duration(Duration.ofSeconds(1), Duration.ofMinutes(10)),
            "the calls to a peer that its breaker looks at");
    public static final Key<Integer> BREAKER_MIN_CALLS =
            key("federation.breaker.min-calls", "20", integer(1, 10_000), "calls in the window before it may open");
    public static final Key<Integer> BREAKER_FAILURE_RATE = key(
            "federation.breaker.failure-rate-percent", "50", integer(1, 100), "failed ones among them that open it");
    public static final Key<Duration> BREAKER_OPEN_FOR = key(
            "federation.breaker.open-for",
            "10s",
            duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
            "no call to the peer meanwhile");
    public static final Key<Integer> BREAKER_PROBES = key(
            "federation.breaker.probes", "3", integer(1, 100), "calls let through then, which close or open it again");
    public static final Key<Double> RETRY_BUDGET_SHARE = key(
            "federation.retry-budget.share", "0.1", decimal(0, 10), "retries for each request to a peer, over 10 s");
    public static final Key<Integer> RETRY_BUDGET_FLOOR = key(
            "federation.retry-budget.floor", "10", integer(0, 10_000), "retries in 10 s that are granted in any case");

    // Taking events in
    public static final Key<Integer> INGEST_MAX_BATCH =
            key("federation.ingest.max-batch-events", "5000", integer(1, 100_000), "events in one request");
    public static final Key<Integer> INGEST_MAX_EVENT =
            key("federation.ingest.max-event-bytes", "262144", integer(256, 16 << 20), "bytes of one event");
    public static final Key<Integer> INGEST_RECENT_IDS = key(
            "federation.ingest.recent-ids", "200000", integer(1000, 10_000_000), "event ids seen lately, in memory");

    // The event log
    public static final Key<Long> LOG_BLOCK_CACHE =
            key("federation.log.block-cache-bytes", "268435456", count(8 * MIB, 64 * 1024 * MIB), "memory for reads");
    public static final Key<Integer> LOG_DEDUPE_ENTRIES = key(
            "federation.log.dedupe-entries",
            "4000000",
            integer(10_000, 500_000_000),
            "event ids of active runs in memory");
    public static final Key<Long> LOG_TAIL = key(
            "federation.log.tail-bytes",
            "67108864",
            count(MIB, 16 * 1024 * MIB),
            "newest events held for live readers");
    public static final Key<Long> LOG_QUEUED = key(
            "federation.log.queued-bytes",
            "67108864",
            count(MIB, 1024 * MIB),
            "events waiting to be written, then 503");
    public static final Key<Boolean> LOG_ACCEPT_LOSS = key(
            "federation.log.accept-loss",
            "false",
            SWITCH,
            "start although acknowledged groups are missing from the log");

    public static final Key<Long> LOG_DISK_RESERVE = key(
            "federation.log.disk-reserve-bytes",
            "268435456",
            count(16 * MIB, 1024 * 1024 * MIB),
            "free disk below which no events and no forwards are taken, 503");

    // Retention
    public static final Key<Duration> RETENTION_MAX_AGE = key(
            "federation.retention.max-age",
            "7d",
            duration(Duration.ofSeconds(1), YEARS),
            "events are kept at least so long");
    public static final Key<Long> RETENTION_MAX_BYTES = key(
            "federation.retention.max-bytes",
            "0",
            count(0, Long.MAX_VALUE),
            "newest envelopes of a run that are kept at least; 0 = no cap");
    public static final Key<Long> RETENTION_MAX_EVENTS = key(
            "federation.retention.max-events",
            "0",
            count(0, Long.MAX_VALUE),
            "newest events of a run that are kept at least; 0 = no cap");
    public static final Key<Duration> RETENTION_SILENT_RUNS = key(
            "federation.retention.silent-runs",
            "30d",
            duration(Duration.ofSeconds(1), YEARS),
            "a run without an end is deleted once all its events have aged out and it was silent so long");
    public static final Key<Duration> RETENTION_TOMBSTONES = key(
            "federation.retention.tombstones",
            "30d",
            duration(Duration.ofSeconds(1), YEARS),
            "a deleted run is remembered so long, so that no late event brings it back");
    public static final Key<Duration> RETENTION_INTERVAL = key(
            "federation.retention.interval",
            "1m",
            duration(Duration.ofMillis(100), DAY),
            "between two passes over the log");

    // Streams out
    public static final Key<Duration> STREAM_HEARTBEAT = key(
            "federation.stream.heartbeat",
            "15s",
            duration(Duration.ofMillis(100), HOUR),
            "silence after which a comment is sent");
    public static final Key<Integer> STREAM_MAX =
            key("federation.stream.max-streams", "10000", integer(1, 1_000_000), "open at once, then 429");
    public static final Key<Integer> STREAM_PER_TENANT = key(
            "federation.stream.max-streams-per-tenant",
            "10000",
            integer(1, 1_000_000),
            "open for one tenant, then 429");
    public static final Key<Integer> STREAM_BUFFER = key(
            "federation.stream.buffer-bytes", "262144", integer(16_384, 64 << 20), "frames held for one slow client");
    public static final Key<Long> STREAM_BUFFER_IN_ALL = key(
            "federation.stream.buffer-bytes-in-all",
            "67108864",
            count(MIB, 64 * 1024 * MIB),
            "frames held for all slow clients; above, those stuck the longest are ended");
    public static final Key<Duration> STREAM_WRITE_TIMEOUT = key(
            "federation.stream.write-timeout",
            "30s",
            duration(Duration.ofSeconds(1), Duration.ofMinutes(1)),
            "a client that takes less than 1 KiB a second for so long is ended");
    public static final Key<Duration> STREAM_MAX_LIFETIME = key(
            "federation.stream.max-lifetime",
            "1h",
            duration(Duration.ZERO, DAY),
            "of a stream, less up to 10 %; its client comes back; 0s = no limit");

    // The mirror
    public static final Key<Integer> MIRROR_CONNECT_ATTEMPTS =
            key("federation.mirror.connect-attempts", "6", integer(1, 100), "in a row, then the slow pace begins");
    public static final Key<Duration> MIRROR_BASE_BACKOFF = key(
            "federation.mirror.base-backoff",
            "250ms",
            duration(MILLI, Duration.ofSeconds(1)),
            "before the first retry");
    public static final Key<Duration> MIRROR_MAX_BACKOFF =
            key("federation.mirror.max-backoff", "30s", duration(MILLI, HOUR), "no wait is longer");
    public static final Key<Integer> MIRROR_EMPTY_TRIES = key(
            "federation.mirror.empty-tries",
            "10",
            integer(1, 1000),
            "tries without news, then the run counts as ended");
    public static final Key<Duration> MIRROR_IDLE = key(
            "federation.mirror.idle-timeout", "60s", duration(Duration.ofMillis(100), DAY), "a silent upstream is cut");
    public static final Key<Duration> MIRROR_TOTAL = key(
            "federation.mirror.total-timeout",
            "1h",
            duration(Duration.ofSeconds(1), DAY),
            "an older upstream is closed and opened anew");
    public static final Key<Integer> MIRROR_MAX_OPEN =
            key("federation.mirror.max-open", "10000", integer(1, 100_000), "upstream connections at once");
    public static final Key<Integer> MIRROR_MAX_OPEN_PER_PEER = key(
            "federation.mirror.max-open-per-peer",
            "5000",
            integer(1, 100_000),
            "of them to one peer without limits.streams in the registry");
    public static final Key<Integer> MIRROR_CONNECT_RATE =
            key("federation.mirror.connects-per-second", "1000", integer(1, 100_000), "to all peers, the rest waits");
    public static final Key<Integer> MIRROR_CONNECT_RATE_PER_PEER = key(
            "federation.mirror.connects-per-second-and-peer",
            "500",
            integer(1, 100_000),
            "to one peer, the rest waits");

    // The end
    public static final Key<Duration> SHUTDOWN_READINESS_DELAY = key(
            "federation.shutdown.readiness-delay",
            "0s",
            duration(Duration.ZERO, HOUR),
            "health says 503 for so long before anything else happens");
    public static final Key<Duration> SHUTDOWN_DRAIN =
            key("federation.shutdown.drain", "5s", duration(Duration.ZERO, HOUR), "over which open streams are ended");
    public static final Key<Duration> SHUTDOWN_TOTAL = key(
            "federation.shutdown.total",
            "20s",
            duration(Duration.ofSeconds(1), HOUR),
            "after which the process ends in any case");

    private Keys() {}

    /** Every key, in the order of the documentation. */
    public static List<Key<?>> all() {
        return List.copyOf(ALL);
    }

    private static <T> Key<T> key(String property, String defaultText, SettingType<T> type, String meaning) {
        String rest = property.substring("federation.".length());
        String variable =
                "AGENTOS_FED_" + rest.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
        return named(property, variable, defaultText, type, meaning);
    }

    private static <T> Key<T> named(
            String property, String variable, String defaultText, SettingType<T> type, String meaning) {
        Key<T> key = new Key<>(property, variable, defaultText, type, meaning);
        ALL.add(key);
        return key;
    }
}
