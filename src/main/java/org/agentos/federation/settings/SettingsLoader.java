package org.agentos.federation.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
        Profile profile = source.value(StackKeys.PROFILE);
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
                source.path(StackKeys.DATA_DIR),
                stack(profile),
                http(profile),
                trust(),
                jwt(),
                forward(),
                holder(),
                breaker(),
                new RetryBudgetSettings(
                        source.value(ForwardingKeys.RETRY_BUDGET_SHARE),
                        source.value(ForwardingKeys.RETRY_BUDGET_FLOOR)),
                new IngestSettings(
                        source.value(IngestKeys.MAX_BATCH),
                        source.value(IngestKeys.MAX_EVENT),
                        source.value(IngestKeys.RECENT_IDS)),
                eventLog(),
                retention(),
                new StreamSettings(
                        source.value(StreamKeys.HEARTBEAT),
                        source.value(StreamKeys.MAX),
                        source.value(StreamKeys.PER_TENANT),
                        source.value(StreamKeys.BUFFER),
                        source.value(StreamKeys.BUFFER_IN_ALL),
                        source.value(StreamKeys.WRITE_TIMEOUT),
                        source.value(StreamKeys.MAX_LIFETIME)),
                new LimitReader(source).read(),
                new TicketSettings(source.value(TrustKeys.TICKET_ENABLED), source.value(TrustKeys.TICKET_LIFETIME)),
                new AuditReader(source, home).read(),
                mirror(),
                shutdown(),
                properties());
    }

    private StackSettings stack(Profile profile) {
        Path peersFile = source.path(StackKeys.PEERS_FILE);
        Optional<Path> registry = source.chosen(StackKeys.PEERS_FILE) || Files.exists(peersFile)
                ? Optional.of(peersFile)
                : Optional.empty();
        if (registry.isPresent() && !Files.isReadable(peersFile)) {
            source.problem(StackKeys.PEERS_FILE, "names " + peersFile + ", which is not a readable file");
        }
        if (profile == Profile.PROD && source.value(StackKeys.ROUTES_RELOAD)) {
            source.problem(StackKeys.ROUTES_RELOAD, "is on, which AGENTOS_PROFILE=prod forbids");
        }
        return new StackSettings(
                registry,
                source.chosen(StackKeys.PEERS_FILE),
                source.optional(StackKeys.STACK_ID),
                source.optional(StackKeys.ENVIRONMENT),
                source.optional(StackKeys.REGION),
                source.optional(StackKeys.DEFAULT_TENANT),
                source.value(StackKeys.RELOAD_INTERVAL),
                source.value(StackKeys.ROUTES_RELOAD));
    }

    private HttpSettings http(Profile profile) {
        return new HttpSettings(
                source.value(HttpKeys.HOST),
                source.value(HttpKeys.PORT),
                source.value(HttpKeys.EVENT_LOOPS),
                source.value(HttpKeys.WORKERS),
                source.value(HttpKeys.IN_FLIGHT),
                Math.toIntExact(source.value(HttpKeys.MAX_BODY)),
                source.value(HttpKeys.IDLE),
                source.value(HttpKeys.HEADER_TIMEOUT),
                new CertificateReader(source).server(),
                new CorsReader(source, profile).read());
    }

    private TrustSettings trust() {
        return new TrustSettings(
                source.optional(TrustKeys.JWT_PUBLIC_KEY).map(this::keyLocation),
                new CertificateReader(source).client(),
                source.value(TrustKeys.METRICS_AUTH));
    }

    private JwtSettings jwt() {
        return new JwtSettings(
                source.optional(JwtKeys.ISSUERS).orElse(Set.of()),
                source.optional(JwtKeys.AUDIENCES).orElse(Set.of()),
                source.value(JwtKeys.LEEWAY),
                new JwtSettings.Own(
                        source.file(JwtKeys.OWN_KEY_FILE),
                        source.value(JwtKeys.OWN_KEY_LIFETIME),
                        source.optional(JwtKeys.OWN_ISSUER),
                        source.value(JwtKeys.OWN_LIFETIME),
                        source.value(JwtKeys.OWN_SCOPES)));
    }

    private String keyLocation(String text) {
        return text.startsWith("https://") || text.startsWith("http://")
                ? text
                : source.file(TrustKeys.JWT_PUBLIC_KEY).map(Path::toString).orElse(text);
    }

    private ForwardSettings forward() {
        return new ForwardSettings(
                indexFile(),
                source.value(ForwardingKeys.MAX_ATTEMPTS),
                millis(ForwardingKeys.BASE_BACKOFF),
                source.value(ForwardingKeys.MULTIPLIER),
                source.value(ForwardingKeys.JITTER),
                millis(ForwardingKeys.MAX_BACKOFF),
                source.optional(ForwardingKeys.RETRY_STATUSES),
                millis(ForwardingKeys.DEADLINE),
                millis(ForwardingKeys.ATTEMPT_TIMEOUT),
                millis(ForwardingKeys.CONNECT_TIMEOUT),
                source.value(ForwardingKeys.PER_PEER),
                source.value(ForwardingKeys.IN_FLIGHT),
                millis(ForwardingKeys.PLACE_WAIT),
                source.value(ForwardingKeys.WAITING),
                source.value(ForwardingKeys.KEY_RETENTION),
                source.value(ForwardingKeys.COMPACT_AFTER));
    }

    private HolderSettings holder() {
        return new HolderSettings(
                source.value(HolderKeys.PER_PEER),
                source.value(HolderKeys.IN_FLIGHT),
                millis(HolderKeys.STATE_TIMEOUT),
                millis(HolderKeys.STATE_FRESH),
                source.optional(HolderKeys.CANCEL_ATTEMPTS),
                source.optional(HolderKeys.CANCEL_DEADLINE).map(Duration::ofMillis));
    }

    private BreakerSettings breaker() {
        return new BreakerSettings(
                source.value(ForwardingKeys.BREAKER_WINDOW),
                source.value(ForwardingKeys.BREAKER_MIN_CALLS),
                source.value(ForwardingKeys.BREAKER_FAILURE_RATE),
                source.value(ForwardingKeys.BREAKER_OPEN_FOR),
                source.value(ForwardingKeys.BREAKER_PROBES));
    }

    private Path indexFile() {
        return source.optional(ForwardingKeys.INDEX_FILE)
                .map(text -> home.resolve(text).normalize())
                .orElseGet(() -> source.path(StackKeys.DATA_DIR).resolve("forward-index.json"));
    }

    private EventLogSettings eventLog() {
        return new EventLogSettings(
                source.path(StackKeys.DATA_DIR).resolve("event-log"),
                source.value(EventLogKeys.LOG_BLOCK_CACHE),
                source.value(EventLogKeys.LOG_DEDUPE_ENTRIES),
                source.value(EventLogKeys.LOG_TAIL),
                source.value(EventLogKeys.LOG_QUEUED),
                source.value(EventLogKeys.LOG_DISK_RESERVE),
                source.value(EventLogKeys.LOG_ACCEPT_LOSS));
    }

    private RetentionSettings retention() {
        RetentionWindow window = new RetentionWindow(
                source.value(EventLogKeys.RETENTION_MAX_AGE),
                source.value(EventLogKeys.RETENTION_MAX_BYTES),
                source.value(EventLogKeys.RETENTION_MAX_EVENTS));
        return new RetentionSettings(
                window,
                TenantWindows.read(source, window),
                source.value(EventLogKeys.RETENTION_SILENT_RUNS),
                source.value(EventLogKeys.RETENTION_TOMBSTONES),
                source.value(EventLogKeys.RETENTION_INTERVAL));
    }

    private MirrorSettings mirror() {
        return new MirrorSettings(
                source.value(MirrorKeys.CONNECT_ATTEMPTS),
                source.value(MirrorKeys.BASE_BACKOFF),
                source.value(MirrorKeys.MAX_BACKOFF),
                source.value(MirrorKeys.EMPTY_TRIES),
                source.value(MirrorKeys.IDLE),
                source.value(MirrorKeys.TOTAL),
                source.value(MirrorKeys.MAX_OPEN),
                source.value(MirrorKeys.MAX_OPEN_PER_PEER),
                source.value(MirrorKeys.CONNECT_RATE),
                source.value(MirrorKeys.CONNECT_RATE_PER_PEER));
    }

    private ShutdownSettings shutdown() {
        Duration delay = source.value(ShutdownKeys.READINESS_DELAY);
        Duration drain = source.value(ShutdownKeys.DRAIN);
        Duration total = source.value(ShutdownKeys.TOTAL);
        if (delay.plus(drain).compareTo(total) >= 0) {
            source.problem(
                    ShutdownKeys.TOTAL,
                    "must be longer than " + ShutdownKeys.READINESS_DELAY.variable() + " and "
                            + ShutdownKeys.DRAIN.variable() + " together");
        }
        return new ShutdownSettings(delay, drain, total);
    }

    private Duration millis(Key<Integer> key) {
        return Duration.ofMillis(source.value(key));
    }

    private Map<String, String> properties() {
        Map<String, String> all = new LinkedHashMap<>(source.properties());
        Keys.all().forEach(key -> all.put(key.property(), source.text(key).orElse("")));
        all.put(StackKeys.DATA_DIR.property(), source.path(StackKeys.DATA_DIR).toString());
        all.put(ForwardingKeys.INDEX_FILE.property(), indexFile().toString());
        all.put("federation.forward.index-directory", indexFile().getParent().toString());
        all.put("federation.home", home.toString());
        all.put(AuditKeys.KEY.property(), ""); // a secret is no placeholder for routes
        return all;
    }
}
