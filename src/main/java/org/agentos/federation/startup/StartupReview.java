package org.agentos.federation.startup;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.agentos.federation.audit.AuditTrail;
import org.agentos.federation.issuer.GivenKeys;
import org.agentos.federation.issuer.KeyRing;
import org.agentos.federation.issuer.MadeKeys;
import org.agentos.federation.peer.PeerFile;
import org.agentos.federation.peer.PeerRegistry;
import org.agentos.federation.settings.AuditKeys;
import org.agentos.federation.settings.JwtKeys;
import org.agentos.federation.settings.JwtSettings;
import org.agentos.federation.settings.Profile;
import org.agentos.federation.settings.ServerTls;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.settings.StackKeys;
import org.agentos.federation.settings.StartupException;
import org.agentos.federation.settings.TrustKeys;
import org.agentos.federation.tls.LiveTls;
import org.agentos.federation.tls.TlsMaterial;
import org.agentos.federation.trust.CallerKeys;
import org.agentos.federation.trust.PeerKeys;
import org.agentos.federation.trust.PeerTokenChecks;
import org.agentos.federation.trust.StartupChecks;
import org.agentos.federation.trust.TokenRules;
import org.agentos.federation.trust.TokenVerifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every file the settings name and holds the rules between settings, before anything is opened or bound. What is
 * wrong is collected and told at once.
 */
public final class StartupReview {
    private static final Logger LOG = LoggerFactory.getLogger(StartupReview.class);
    /** In the data directory. */
    private static final String OWN_KEYS = "token-keys.json";

    private static final Duration KEY_FETCH_TIMEOUT = Duration.ofSeconds(5);

    private final Settings settings;
    private final InstantSource clock;
    private final List<String> problems = new ArrayList<>();

    private StartupReview(Settings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * What the review read on its way.
     *
     * @param tokens absent: no key is configured and tokens are passed on unread
     * @param callerKeys by which they are verified, peers' own apart
     * @param ownKeys for tokens of this gateway's own
     */
    public record Reviewed(
            PeerRegistry registry,
            Optional<TokenVerifier> tokens,
            Optional<CallerKeys> callerKeys,
            KeyRing ownKeys,
            Certificates certificates) {}

    /** Throws {@link StartupException} with all problems, or gives what was read. */
    public static Reviewed review(Settings settings, InstantSource clock) {
        StartupReview review = new StartupReview(settings, clock);
        PeerRegistry registry = review.registry();
        Optional<KeyRing> ownKeys = review.ownKeys();
        Optional<Certificates> certificates = Certificates.read(settings, clock.instant(), review.problems)
                .map(read -> new Certificates(settings, read, clock));
        LiveTls peers = certificates
                .map(read -> read.peers)
                .orElseGet(() -> new LiveTls(TlsMaterial.NONE, clock)); // and nothing will be started with it
        Optional<CallerKeys> callerKeys = review.callerKeys();
        Optional<TokenVerifier> tokens = callerKeys.map(keys -> review.verifier(keys, registry, ownKeys, peers));
        review.audit();
        review.check(registry);
        if (!review.problems.isEmpty()) {
            throw new StartupException(review.problems);
        }
        TokenNotes.tell(settings, registry);
        review.tellDryRuns(registry);
        return new Reviewed(registry, tokens, callerKeys, ownKeys.orElseThrow(), certificates.orElseThrow());
    }

    /**
     * Reads the registry anew for a gateway that runs, and holds the same rules over it as the start does.
     *
     * @param settings those the gateway runs with
     * @throws StartupException with all problems
     */
    public static PeerRegistry peers(Settings settings, InstantSource clock) {
        StartupReview review = new StartupReview(settings, clock);
        PeerRegistry registry = review.registry();
        review.check(registry);
        if (!review.problems.isEmpty()) {
            throw new StartupException(review.problems);
        }
        TokenNotes.tell(settings, registry);
        review.tellDryRuns(registry);
        return registry;
    }

    /** A policy that is only tried out must not be taken for one that protects. */
    private void tellDryRuns(PeerRegistry registry) {
        if (settings.profile() == Profile.PROD) {
            registry.peers().stream()
                    .filter(peer -> peer.policy().dryRun())
                    .forEach(peer -> LOG.warn(
                            "policy.dry_run is on in prod: nothing but tenants is denied peer={}", peer.stackId()));
        }
    }

    private PeerRegistry registry() {
        PeerFile.Overrides overrides = new PeerFile.Overrides(
                settings.stack().stackId(),
                settings.stack().environment(),
                settings.stack().region());
        if (settings.stack().peersFile().isEmpty()) {
            return PeerFile.absent(overrides);
        }
        PeerFile.Loaded loaded = new PeerFile(
                        settings.stack().peersFile().get(),
                        settings.profile(),
                        overrides,
                        name -> Optional.ofNullable(settings.properties().get(name)))
                .read();
        problems.addAll(loaded.problems());
        return loaded.registry();
    }

    /** The rules between the settings and a registry that was just read. */
    private void check(PeerRegistry registry) {
        problems.addAll(StartupChecks.problems(decided(registry)));
        problems.addAll(PeerTokenChecks.problems(
                registry,
                new PeerTokenChecks.Decided(
                        settings.profile(),
                        settings.trust().jwtPublicKey().isPresent(),
                        settings.jwt().issuers(),
                        ownIssuer(registry))));
    }

    private String ownIssuer(PeerRegistry registry) {
        return settings.jwt().own().issuer().orElse(registry.local().stackId());
    }

    private TokenVerifier verifier(CallerKeys keys, PeerRegistry registry, Optional<KeyRing> ownKeys, LiveTls peerTls) {
        PeerKeys peers = new PeerKeys(registry, peerKeyFetcher(peerTls), clock);
        return new TokenVerifier(keys, peers, rules(registry, ownKeys), clock);
    }

    private Optional<CallerKeys> callerKeys() {
        try {
            return settings.trust()
                    .jwtPublicKey()
                    .map(location -> CallerKeys.open(location, keyFetcher().build(), clock));
        } catch (IllegalArgumentException unfit) {
            problems.add(TrustKeys.JWT_PUBLIC_KEY.variable() + " cannot be used: " + unfit.getMessage());
            return Optional.empty();
        }
    }

    private static HttpClient.Builder keyFetcher() {
        return HttpClient.newBuilder().connectTimeout(KEY_FETCH_TIMEOUT).followRedirects(HttpClient.Redirect.NEVER);
    }

    /** Shows and trusts what calls to peers do; connections of before a change of certificates are not used again. */
    private static Supplier<HttpClient> peerKeyFetcher(LiveTls tls) {
        AtomicReference<HttpClient> client = new AtomicReference<>(peerKeyFetcher(tls.now()));
        tls.onChange(next -> client.set(peerKeyFetcher(next)));
        return client::get;
    }

    private static HttpClient peerKeyFetcher(TlsMaterial tls) {
        return keyFetcher()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(tls.context())
                .build();
    }

    private TokenRules rules(PeerRegistry registry, Optional<KeyRing> ownKeys) {
        JwtSettings jwt = settings.jwt();
        String issuer = ownIssuer(registry);
        if (jwt.issuers().contains(issuer)) {
            problems.add(JwtKeys.ISSUERS.variable() + " must not name " + issuer
                    + ", by which this gateway issues tokens for its peers ("
                    + JwtKeys.OWN_ISSUER.variable() + "): it takes none of them itself");
        }
        return new TokenRules(
                jwt.issuers(),
                jwt.audiences(),
                jwt.leeway(),
                Optional.of(new TokenRules.OwnIssue(
                        issuer, kid -> ownKeys.filter(keys -> keys.holds(kid)).isPresent())));
    }

    /** Reads what there is; keys of its own are made when the first is needed. */
    private Optional<KeyRing> ownKeys() {
        JwtSettings.Own own = settings.jwt().own();
        Path made = settings.dataDir().resolve(OWN_KEYS);
        try {
            return Optional.of(
                    own.keyFile().isPresent()
                            ? GivenKeys.read(own.keyFile().get())
                            : MadeKeys.open(made, own.keyLifetime(), new SecureRandom(), clock));
        } catch (IllegalArgumentException unfit) {
            problems.add(JwtKeys.OWN_KEY_FILE.variable() + " names "
                    + own.keyFile().orElseThrow() + ", which " + unfit.getMessage());
        } catch (IOException unfit) {
            problems.add(StackKeys.DATA_DIR.variable() + ": " + made + " cannot be used: " + unfit.getMessage());
        }
        return Optional.empty();
    }

    private void audit() {
        try {
            AuditTrail.review(settings.audit());
        } catch (IllegalArgumentException unfit) {
            problems.add(AuditKeys.SINK.variable() + " " + unfit.getMessage());
        }
    }

    private StartupChecks.Decided decided(PeerRegistry registry) {
        return new StartupChecks.Decided(
                settings.profile(),
                settings.trust().jwtPublicKey(),
                settings.trust().metricsRequireAuth(),
                settings.stack().peersFileNamed(),
                settings.stack().defaultTenant(),
                settings.http().tls().map(ServerTls::requireClient).orElse(false),
                registry);
    }
}
