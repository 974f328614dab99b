package org.agentos.federation.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads {@link Settings} from an application's home and its environment, or tells everything that is wrong with them. */
public final class SettingsLoader {
    private final SettingsSource source;
    private final Map<String, String> environment;
    private final Path home;

    private SettingsLoader(Map<String, String> environment, Path home) {
        this.environment = environment;
        this.home = home.toAbsolutePath().normalize();
        this.source = new SettingsSource(environment, this.home);
    }

    /**
     * Loads the settings of the application that stands in a folder with {@code config/application.properties}.
     *
     * @throws StartupException with all problems at once
     */
    public static Settings load(Path home, Map<String, String> environment) {
        return new SettingsLoader(environment, home).load();
    }

    private Settings load() {
        Path config = home.resolve("config");
        source.addFile(config.resolve("application.properties"));
        Profile profile = source.value(Keys.PROFILE_NAME);
        Path ofProfile = config.resolve("application-" + profile.name().toLowerCase(Locale.ROOT) + ".properties");
        if (Files.exists(ofProfile)) {
            source.addFile(ofProfile);
        }
        UnknownNames.report(source, environment);
        Settings settings = read(profile);
        if (!source.problems().isEmpty()) {
            throw new StartupException(source.problems());
        }
        return settings;
    }

    private Settings read(Profile profile) {
        return new Settings(
                profile,
                home,
                source.path(Keys.DATA_DIR),
                stack(),
                http(profile),
                trust(),
                forward(),
                breaker(),
                new RetryBudgetSettings(source.value(Keys.RETRY_BUDGET_SHARE), source.value(Keys.RETRY_BUDGET_FLOOR)),
                new IngestSettings(
                        source.value(Keys.INGEST_MAX_BATCH),
                        source.value(Keys.INGEST_MAX_EVENT),
                        source.value(Keys.INGEST_RECENT_IDS)),
                eventLog(),
                retention(),
                new StreamSettings(
                        source.value(Keys.STREAM_HEARTBEAT),
                        source.value(Keys.STREAM_MAX),
                        source.value(Keys.STREAM_PER_TENANT),
                        source.value(Keys.STREAM_BUFFER),
                        source.value(Keys.STREAM_BUFFER_IN_ALL),
                        source.value(Keys.STREAM_WRITE_TIMEOUT),
                        source.value(Keys.STREAM_MAX_LIFETIME)),
                new TicketSettings(source.value(Keys.TICKET_ENABLED), source.value(Keys.TICKET_LIFETIME)),
                mirror(),
                shutdown(),
                properties());
    }

    private StackSettings stack() {
        Path peersFile = source.path(Keys.PEERS_FILE);
        Optional<Path> registry =
                source.chosen(Keys.PEERS_FILE) || Files.exists(peersFile) ? Optional.of(peersFile) : Optional.empty();
        if (registry.isPresent() && !Files.isReadable(peersFile)) {
            source.problem(Keys.PEERS_FILE, "names " + peersFile + ", which is not a readable file");
        }
        return new StackSettings(
                registry,
                source.chosen(Keys.PEERS_FILE),
                source.optional(Keys.STACK),
                source.optional(Keys.ENVIRONMENT),
                source.optional(Keys.REGION),
                source.optional(Keys.DEFAULT_TENANT));
    }

    private HttpSettings http(Profile profile) {
        return new HttpSettings(
                source.value(Keys.HTTP_HOST),
                source.value(Keys.HTTP_PORT),
                source.value(Keys.HTTP_EVENT_LOOPS),
                source.value(Keys.HTTP_WORKERS),
                source.value(Keys.HTTP_IN_FLIGHT),
                Math.toIntExact(source.value(Keys.HTTP_MAX_BODY)),
                source.value(Keys.HTTP_IDLE),
                source.value(Keys.HTTP_HEADER_TIMEOUT),
                serverTls(),
                new CorsReader(source, profile).read());
    }

    private Optional<ServerTls> serverTls() {
        Optional<Path> certificate = source.file(Keys.SERVER_CERT);
        Optional<Path> key = source.file(Keys.SERVER_KEY);
        Optional<Path> ca = source.file(Keys.CA_CERT);
        boolean required = source.value(Keys.REQUIRE_MTLS);
        if (required) {
            require(Keys.REQUIRE_MTLS, certificate, Keys.SERVER_CERT);
            require(Keys.REQUIRE_MTLS, ca, Keys.CA_CERT);
        }
        requirePair(certificate, Keys.SERVER_CERT, key, Keys.SERVER_KEY);
        return certificate.isPresent() && key.isPresent()
                ? Optional.of(new ServerTls(certificate.get(), key.get(), ca, required))
                : Optional.empty();
    }

    private TrustSettings trust() {
        Optional<Path> certificate = source.file(Keys.CLIENT_CERT);
        Optional<Path> key = source.file(Keys.CLIENT_KEY);
        requirePair(certificate, Keys.CLIENT_CERT, key, Keys.CLIENT_KEY);
        return new TrustSettings(
                source.optional(Keys.JWT_PUBLIC_KEY).map(this::keyLocation),
                new ClientTls(certificate, key, source.file(Keys.CA_CERT)),
                auditSink(),
                source.value(Keys.METRICS_AUTH));
    }

    private String keyLocation(String text) {
        return text.startsWith("https://") || text.startsWith("http://")
                ? text
                : source.file(Keys.JWT_PUBLIC_KEY).map(Path::toString).orElse(text);
    }

    private String auditSink() {
        String sink = source.value(Keys.AUDIT);
        return sink.startsWith("file:")
                ? "file:" + home.resolve(sink.substring("file:".length())).normalize()
                : sink;
    }

    private ForwardSettings forward() {
        return new ForwardSettings(
                indexFile(),
                source.value(Keys.FORWARD_MAX_ATTEMPTS),
                millis(Keys.FORWARD_BASE_BACKOFF),
                source.value(Keys.FORWARD_MULTIPLIER),
                source.value(Keys.FORWARD_JITTER),
                millis(Keys.FORWARD_MAX_BACKOFF),
                source.optional(Keys.FORWARD_RETRY_STATUSES),
                millis(Keys.FORWARD_DEADLINE),
                millis(Keys.FORWARD_ATTEMPT_TIMEOUT),
                millis(Keys.FORWARD_CONNECT_TIMEOUT),
                source.value(Keys.FORWARD_PER_PEER),
                source.value(Keys.FORWARD_IN_FLIGHT),
                millis(Keys.FORWARD_PLACE_WAIT),
                source.value(Keys.FORWARD_WAITING),
                source.value(Keys.FORWARD_KEY_RETENTION),
                source.value(Keys.FORWARD_COMPACT_AFTER));
    }

    private BreakerSettings breaker() {
        return new BreakerSettings(
                source.value(Keys.BREAKER_WINDOW),
                source.value(Keys.BREAKER_MIN_CALLS),
                source.value(Keys.BREAKER_FAILURE_RATE),
                source.value(Keys.BREAKER_OPEN_FOR),
                source.value(Keys.BREAKER_PROBES));
    }

    private Path indexFile() {
        return source.optional(Keys.FORWARD_INDEX_FILE)
                .map(text -> home.resolve(text).normalize())
                .orElseGet(() -> source.path(Keys.DATA_DIR).resolve("forward-index.json"));
    }

    private EventLogSettings eventLog() {
        return new EventLogSettings(
                source.path(Keys.DATA_DIR).resolve("event-log"),
                source.value(Keys.LOG_BLOCK_CACHE),
                source.value(Keys.LOG_DEDUPE_ENTRIES),
                source.value(Keys.LOG_TAIL),
                source.value(Keys.LOG_QUEUED),
                source.value(Keys.LOG_DISK_RESERVE),
                source.value(Keys.LOG_ACCEPT_LOSS));
    }

    private RetentionSettings retention() {
        RetentionWindow window = new RetentionWindow(
                source.value(Keys.RETENTION_MAX_AGE),
                source.value(Keys.RETENTION_MAX_BYTES),
                source.value(Keys.RETENTION_MAX_EVENTS));
        return new RetentionSettings(
                window,
                TenantWindows.read(source, window),
                source.value(Keys.RETENTION_SILENT_RUNS),
                source.value(Keys.RETENTION_TOMBSTONES),
                source.value(Keys.RETENTION_INTERVAL));
    }

    private MirrorSettings mirror() {
        return new MirrorSettings(
                source.value(Keys.MIRROR_CONNECT_ATTEMPTS),
                source.value(Keys.MIRROR_BASE_BACKOFF),
                source.value(Keys.MIRROR_MAX_BACKOFF),
                source.value(Keys.MIRROR_EMPTY_TRIES),
                source.value(Keys.MIRROR_IDLE),
                source.value(Keys.MIRROR_TOTAL),
                source.value(Keys.MIRROR_MAX_OPEN),
                source.value(Keys.MIRROR_MAX_OPEN_PER_PEER),
                source.value(Keys.MIRROR_CONNECT_RATE),
                source.value(Keys.MIRROR_CONNECT_RATE_PER_PEER));
    }

    private ShutdownSettings shutdown() {
        Duration delay = source.value(Keys.SHUTDOWN_READINESS_DELAY);
        Duration drain = source.value(Keys.SHUTDOWN_DRAIN);
        Duration total = source.value(Keys.SHUTDOWN_TOTAL);
        if (delay.plus(drain).compareTo(total) >= 0) {
            source.problem(
                    Keys.SHUTDOWN_TOTAL,
                    "must be longer than " + Keys.SHUTDOWN_READINESS_DELAY.variable() + " and "
                            + Keys.SHUTDOWN_DRAIN.variable() + " together");
        }
        return new ShutdownSettings(delay, drain, total);
    }

    private Duration millis(Key<Integer> key) {
        return Duration.ofMillis(source.value(key));
    }

    private void require(Key<?> demanding, Optional<Path> needed, Key<String> missing) {
        if (needed.isEmpty()) {
            source.problem(missing.variable() + " is missing: " + demanding.variable() + " needs it");
        }
    }

    private void requirePair(Optional<Path> one, Key<String> oneKey, Optional<Path> other, Key<String> otherKey) {
        if (one.isPresent()) {
            require(oneKey, other, otherKey);
        } else if (other.isPresent()) {
            require(otherKey, one, oneKey);
        }
    }

    private Map<String, String> properties() {
        Map<String, String> all = new LinkedHashMap<>(source.properties());
        Keys.all().forEach(key -> all.put(key.property(), source.text(key).orElse("")));
        all.put(Keys.DATA_DIR.property(), source.path(Keys.DATA_DIR).toString());
        all.put(Keys.FORWARD_INDEX_FILE.property(), indexFile().toString());
        all.put("federation.forward.index-directory", indexFile().getParent().toString());
        all.put("federation.home", home.toString());
        return all;
    }
}
