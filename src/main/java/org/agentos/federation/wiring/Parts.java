package org.agentos.federation.wiring;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.agentos.federation.audit.AuditTrail;
import org.agentos.federation.eventlog.store.Retention;
import org.agentos.federation.forward.ForwardsInFlight;
import org.agentos.federation.forward.LastFailures;
import org.agentos.federation.forward.OpenVisits;
import org.agentos.federation.forward.PeerCallLimits;
import org.agentos.federation.http.GatewayHttpEngine;
import org.agentos.federation.http.HealthPaths;
import org.agentos.federation.issuer.OwnTokens;
import org.agentos.federation.limits.Limits;
import org.agentos.federation.observe.Build;
import org.agentos.federation.observe.Health;
import org.agentos.federation.observe.HttpMetrics;
import org.agentos.federation.observe.ProcessGauges;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerCapabilities;
import org.agentos.federation.peer.PeerChange;
import org.agentos.federation.peer.PeerGuards;
import org.agentos.federation.peer.SteadyTime;
import org.agentos.federation.settings.ForwardSettings;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.startup.CertificateExpiry;
import org.agentos.federation.startup.StartupReview;
import org.agentos.federation.stream.EventStreams;
import org.agentos.federation.stream.StreamMeters;
import org.agentos.federation.subscription.Subscriptions;
import org.agentos.federation.tls.LiveTls;
import org.agentos.federation.trust.Caller;
import org.agentos.federation.trust.CertificateThumbprint;
import org.agentos.federation.trust.TokenVerifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of a gateway that live as long as it does, made once and in the order in which they need each other. */
public final class Parts {
    private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

    private static final Set<String> HEALTH = Set.of("/v1/federation/health", "/v1/federation/health/live");

    public final Settings settings;
    public final StartupReview.Reviewed reviewed;
    final Stores stores;
    public final AuditTrail audit;
    final Threads threads;
    public final InstantSource clock;
    public final RandomGenerator random = new SecureRandom();

    public final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    final ForwardsInFlight inFlight;
    final PeerGuards guards;
    public final Health health;
    public final GatewayHttpEngine engine;
    final OwnTokens ownTokens;
    public final PeerCapabilities capabilities;
    final OpenVisits visits = new OpenVisits();
    final LastFailures failures;
    public final PeerCallLimits peerCalls;
    public final AtomicReference<ForwardSettings> redelivery;
    public final Mirroring mirroring;
    public final EventStreams streams;
    public final Retention retention;
    final Limits limits;
    public final Subscriptions subscriptions;

    public Parts(
            Settings settings,
            StartupReview.Reviewed reviewed,
            Stores stores,
            AuditTrail audit,
            Threads threads,
            Vertx vertx,
            InstantSource clock) {
        this.settings = settings;
        this.reviewed = reviewed;
        this.stores = stores;
        this.audit = audit;
        this.threads = threads;
        this.clock = clock;
        this.inFlight = new ForwardsInFlight(settings.forward(), threads.timers);
        this.guards = new PeerGuards(
                settings.breaker(),
                settings.retryBudget(),
                new SteadyTime(clock, System::nanoTime),
                this::isRegistered);
        this.health = new Health(Build.current(), stores.log::problem, () -> guards.states(reviewed.registry()));
        this.engine = new GatewayHttpEngine(
                vertx,
                settings.http(),
                new ObjectMapper(),
                new HttpMetrics(meters),
                new HealthPaths(HEALTH, HEALTH),
                reviewed.certificates().listener);
        LiveTls peerTls = reviewed.certificates().peers;
        this.ownTokens = new OwnTokens(
                reviewed.ownKeys(),
                settings.jwt().own(),
                reviewed.registry().local().stackId(),
                () -> peerTls.now().shown().map(CertificateThumbprint::of),
                clock,
                random);
        this.capabilities =
                new PeerCapabilities(reviewed.registry(), vertx, peerClient(vertx, peerTls), ownTokens::ofStack, clock);
        this.peerCalls = new PeerCallLimits(threads.timers, visits);
        this.failures = new LastFailures(clock, this::isRegistered);
        this.redelivery = new AtomicReference<>(settings.forward());
        this.mirroring = new Mirroring(
                settings,
                reviewed,
                capabilities,
                new MirrorGate(guards),
                stores,
                threads,
                vertx,
                ownTokens,
                meters,
                clock,
                random);
        this.streams = new EventStreams(
                stores.log,
                new KnownRuns(stores.forwards.index(), mirroring),
                stores.cursors,
                settings.stream(),
                threads.streamReaders,
                threads.timers,
                clock,
                random,
                new StreamMeters(meters)::ended);
        this.retention = stores.log.retention(settings.retention(), clock);
        this.limits = new Limits(settings.limits(), stores.quotaUse, System::nanoTime);
        this.subscriptions = new Subscriptions(
                stores.log.feed(),
                stores.log.subscriptions(),
                stores.log.epoch(),
                meters,
                clock,
                System::nanoTime,
                threads.timers);
        Gauges gauges = new Gauges(meters);
        gauges.register(stores, streams, inFlight, retention);
        new ProcessGauges(meters).register(settings.dataDir());
        new PeerGauges(meters, guards, inFlight, stores.forwards).follow(reviewed.registry());
        new CertificateExpiry(reviewed.certificates(), clock).register(meters).start(threads.timers);
        reviewed.registry().onChange(this::peersChanged);
        reviewed.tokens().ifPresent(TokenVerifier::begin);
    }

    private boolean isRegistered(String stackId) {
        return reviewed.registry().find(stackId).isPresent();
    }

    /** What a reload revoked ends before anything else is done. */
    private void peersChanged(PeerChange change) {
        inFlight.endRevoked();
        visits.endRevoked();
        mirroring.follow(change);
        change.removed().forEach(guards::forget);
        change.removed().forEach(limits::forget);
        change.removed().forEach(failures::forget);
        capabilities.follow(change);
    }

    /** For a call to a peer that takes tokens of this gateway. */
    String ownAuthorization(Peer peer, Caller caller) {
        return ownTokens.authorization(peer, caller.tenantId().orElseThrow(), caller.principalId());
    }

    private static HttpClient peerClient(Vertx vertx, LiveTls tls) {
        HttpClientOptions options = new HttpClientOptions();
        tls.now().applyTo(options);
        HttpClient client =
                vertx.createHttpClient(options.setSsl(false)); // each call says by its URL whether it is TLS
        tls.onChange(next -> {
            HttpClientOptions renewed = new HttpClientOptions();
            next.applyTo(renewed);
            client.updateSSLOptions(renewed.getSslOptions(), true)
                    .onFailure(e -> LOG.error("peers are asked with the certificates of before", e));
        });
        return client;
    }
}
