package org.agentos.federation;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.agentos.federation.audit.AuditTrail;
import org.agentos.federation.audit.RecordAudit;
import org.agentos.federation.demo.SampleRuns;
import org.agentos.federation.eventlog.Cursor;
import org.agentos.federation.eventlog.RunKey;
import org.agentos.federation.eventlog.RunLog;
import org.agentos.federation.forward.AnswerForward;
import org.agentos.federation.forward.ChoosePeer;
import org.agentos.federation.forward.ClaimForwardKey;
import org.agentos.federation.forward.Forward;
import org.agentos.federation.forward.ForwardEntry;
import org.agentos.federation.forward.ForwardMeters;
import org.agentos.federation.forward.ForwardsInFlight;
import org.agentos.federation.forward.NotePeerFailure;
import org.agentos.federation.forward.PeekForwardAuth;
import org.agentos.federation.forward.PeerCallLimits;
import org.agentos.federation.forward.PeerChoice;
import org.agentos.federation.forward.PreparePeerCall;
import org.agentos.federation.forward.ReadForward;
import org.agentos.federation.forward.ReadPeerAnswer;
import org.agentos.federation.forward.RecordForwardIntent;
import org.agentos.federation.forward.RecordForwardResult;
import org.agentos.federation.forward.SettleFailedForward;
import org.agentos.federation.http.GatewayHttpEngine;
import org.agentos.federation.http.HealthPaths;
import org.agentos.federation.http.InboundRequest;
import org.agentos.federation.http.PeerTls;
import org.agentos.federation.http.TlsMaterial;
import org.agentos.federation.ingest.AnswerIngest;
import org.agentos.federation.ingest.AppendBatch;
import org.agentos.federation.ingest.EventIdKey;
import org.agentos.federation.ingest.EventMeters;
import org.agentos.federation.ingest.EventReader;
import org.agentos.federation.ingest.IngestBodyReader;
import org.agentos.federation.ingest.JudgeEvents;
import org.agentos.federation.ingest.OpenEvents;
import org.agentos.federation.ingest.ReadIngestBody;
import org.agentos.federation.ingest.RecentEvents;
import org.agentos.federation.ingest.SequenceFilter;
import org.agentos.federation.ingest.TellSealedRuns;
import org.agentos.federation.mirror.KeepCallerToken;
import org.agentos.federation.observe.Build;
import org.agentos.federation.observe.CountDenial;
import org.agentos.federation.observe.Health;
import org.agentos.federation.observe.HttpMetrics;
import org.agentos.federation.observe.OpenApi;
import org.agentos.federation.peer.LocalStack;
import org.agentos.federation.peer.Peer;
import org.agentos.federation.peer.PeerCapabilities;
import org.agentos.federation.settings.Profile;
import org.agentos.federation.settings.ServerTls;
import org.agentos.federation.settings.Settings;
import org.agentos.federation.stream.EventStreams;
import org.agentos.federation.stream.OpenEventStream;
import org.agentos.federation.stream.RefuseInStream;
import org.agentos.federation.trust.Access;
import org.agentos.federation.trust.Admission;
import org.agentos.federation.trust.AdmitCaller;
import org.agentos.federation.trust.Caller;
import org.agentos.federation.trust.IngestAdmission;
import org.agentos.federation.trust.PeerIdentity;
import org.agentos.federation.trust.PeerPolicy;
import org.agentos.federation.views.ListPeers;
import org.agentos.federation.views.ListRuns;
import org.agentos.federation.views.PeerViews;
import org.agentos.federation.views.RunViews;
import org.agentos.federation.views.ShowPeer;
import org.agentos.federation.views.ShowRun;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes every bean that routes may name, once, and says under which name. */
final class Wiring {
    private static final Set<String> HEALTH = Set.of("/v1/federation/health", "/v1/federation/health/live");

    private final Settings settings;
    private final StartupReview.Reviewed reviewed;
    private final Stores stores;
    private final AuditTrail audit;
    private final Threads threads;
    private final InstantSource clock;
    private final RandomGenerator random = new SecureRandom();

    final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    final Health health;
    final GatewayHttpEngine engine;
    final EventStreams streams;
    final Mirroring mirroring;
    final PeerCapabilities capabilities;
    final PeerCallLimits peerCalls;

    Wiring(
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
        this.health = new Health(Build.current(), stores.log::problem);
        this.engine = new GatewayHttpEngine(
                vertx, settings.http(), new ObjectMapper(), new HttpMetrics(meters), new HealthPaths(HEALTH, HEALTH));
        this.capabilities = new PeerCapabilities(reviewed.registry(), vertx, peerClient(vertx), clock);
        this.peerCalls = new PeerCallLimits(threads.timers);
        this.mirroring = new Mirroring(settings, reviewed.registry(), stores, threads, vertx, meters, clock, random);
        this.streams = new EventStreams(
                stores.log,
                new KnownRuns(stores.forwards.index(), mirroring),
                stores.cursors,
                settings.stream(),
                threads.streamReaders,
                threads.timers,
                random);
    }

    private HttpClient peerClient(Vertx vertx) {
        HttpClientOptions options = new HttpClientOptions();
        TlsMaterial.of(settings.trust().clientTls()).applyTo(options);
        return vertx.createHttpClient(options.setSsl(false)); // each call says by its URL whether it is TLS
    }

    /** Every bean by the name that route files give it. */
    Map<String, Object> beans() {
        Map<String, Object> beans = new LinkedHashMap<>();
        beans.put(GatewayHttpEngine.BEAN_NAME, engine);
        beans.put("forwardCalls", threads.forwardCalls);
        addStack(beans);
        addAdmission(beans);
        addAudit(beans);
        ForwardsInFlight inFlight = new ForwardsInFlight(settings.forward());
        new Gauges(meters).register(stores, streams, inFlight);
        addForward(beans, inFlight);
        addPeers(beans, inFlight);
        addIngest(beans);
        addReading(beans);
        if (settings.profile() != Profile.PROD) {
            addDemo(beans);
        }
        return beans;
    }

    private void addStack(Map<String, Object> beans) {
        beans.put("health", health);
        beans.put("localStack", new LocalStack(reviewed.registry(), settings));
        beans.put("meters", meters);
        beans.put("countDenial", new CountDenial(meters));
        beans.put("openApi", new OpenApi());
    }

    private void addAdmission(Map<String, Object> beans) {
        Admission admission = new Admission(
                settings.profile(),
                reviewed.tokens(),
                new PeerIdentity(reviewed.registry(), clock),
                settings.stack().defaultTenant());
        beans.put("admitForward", new AdmitCaller(admission, Access.FORWARD));
        beans.put("admitIngest", new AdmitCaller(admission, Access.INGEST));
        beans.put("admitRunReader", new AdmitCaller(admission, Access.READ_RUNS));
        beans.put("admitEventReader", new AdmitCaller(admission, Access.READ_EVENTS));
        beans.put("admitPeerReader", new AdmitCaller(admission, Access.PEERS));
        beans.put("admitStackReader", new AdmitCaller(admission, Access.STACK));
        beans.put(
                "admitScraper",
                settings.trust().metricsRequireAuth()
                        ? new AdmitCaller(admission, Access.METRICS)
                        : (Processor) exchange -> {});
    }

    private void addAudit(Map<String, Object> beans) {
        beans.put("recordMutation", record(RecordAudit.Kind.MUTATION));
        beans.put("recordRead", record(RecordAudit.Kind.READ));
        beans.put("recordRefusal", record(RecordAudit.Kind.REFUSAL));
    }

    private RecordAudit record(RecordAudit.Kind kind) {
        return new RecordAudit(audit, kind, clock, threads.continuations);
    }

    private void addForward(Map<String, Object> beans, ForwardsInFlight inFlight) {
        PeerChoice choice = new PeerChoice(reviewed.registry(), peer -> capabilities.of(peer.stackId()), inFlight::at);
        beans.put("peerTls", new PeerTls(settings.trust().clientTls()));
        beans.put("peerCallLimits", peerCalls);
        beans.put("forwardFiles", stores.forwardFiles);
        beans.put("peekForwardAuth", new PeekForwardAuth());
        beans.put("readForward", new ReadForward(Wiring::keyHeader, Wiring::explain, clock, random));
        beans.put("claimForwardKey", new ClaimForwardKey(stores.forwards, clock, threads.continuations));
        beans.put("keepForwardToken", new KeepCallerToken(mirroring.tokens, this::peerOfForward));
        beans.put("choosePeer", new ChoosePeer(choice, inFlight, stores.forwards, settings.forward()));
        beans.put("recordForwardIntent", new RecordForwardIntent(stores.forwards, clock, threads.continuations));
        beans.put("preparePeerCall", new PreparePeerCall(settings.forward(), peer -> Optional.empty(), clock, random));
        beans.put("readPeerAnswer", new ReadPeerAnswer());
        beans.put("notePeerFailure", new NotePeerFailure(settings.forward(), clock, random));
        beans.put("recordForwardResult", new RecordForwardResult(stores.forwards, clock, threads.continuations));
        beans.put(
                "settleFailedForward",
                new SettleFailedForward(stores.forwards, new ForwardMeters(meters), clock, threads.continuations));
        beans.put("answerForward", new AnswerForward(this::startCursor));
    }

    private void addPeers(Map<String, Object> beans, ForwardsInFlight inFlight) {
        PeerViews views = new PeerViews(reviewed.registry(), new PeerPolicy(), capabilities, inFlight::at, clock);
        beans.put("listPeers", new ListPeers(views));
        beans.put("showPeer", new ShowPeer(views));
    }

    private void addIngest(Map<String, Object> beans) {
        boolean proofInUse = reviewed.tokens().isPresent()
                || settings.http().tls().map(ServerTls::requireClient).orElse(false);
        IngestAdmission admission = new IngestAdmission(reviewed.registry(), new PeerPolicy(), proofInUse);
        EventReader events = new EventReader(settings.ingest().maxEventBytes());
        beans.put(
                "readIngestBody",
                new ReadIngestBody(
                        new IngestBodyReader(events, settings.ingest().maxBatchEvents())));
        beans.put("judgeEvents", new JudgeEvents(admission, this::holder));
        beans.put("openEvents", new OpenEvents());
        beans.put("eventIdKey", new EventIdKey());
        beans.put("recentEvents", new RecentEvents(settings.ingest().recentIds(), stores.log));
        beans.put("sequenceFilter", new SequenceFilter(stores.log));
        beans.put("appendBatch", new AppendBatch(stores.log, new EventMeters(meters), threads.continuations));
        beans.put("tellSealedRuns", new TellSealedRuns(mirroring::sealed));
        beans.put("answerIngest", new AnswerIngest(stores.cursors));
    }

    private void addReading(Map<String, Object> beans) {
        RunViews views = new RunViews(stores.forwards.index(), stores.log, stores.cursors, mirroring::state, clock);
        beans.put("keepReaderToken", new KeepCallerToken(mirroring.tokens, this::peerOfRun));
        beans.put("openEventStream", new OpenEventStream(streams));
        beans.put("refuseInStream", new RefuseInStream());
        beans.put("showRun", new ShowRun(views));
        beans.put("listRuns", new ListRuns(views));
    }

    private void addDemo(Map<String, Object> beans) {
        beans.put(
                "sampleRuns",
                new SampleRuns(
                        settings.home().resolve("routes/demo/sample-run.jsonl"), clock, random, threads.continuations));
    }

    private Optional<String> holder(RunKey run) {
        return stores.forwards
                .index()
                .find(run)
                .map(ForwardEntry::remoteStackId)
                .or(() -> stores.log.find(run).flatMap(RunLog::holder));
    }

    private Optional<Peer> peerOfForward(Exchange exchange) {
        return exchange.getProperty(Forward.PROPERTY, Forward.class).stackId().flatMap(reviewed.registry()::find);
    }

    private Optional<Peer> peerOfRun(Exchange exchange) {
        Caller caller = exchange.getProperty(AdmitCaller.CALLER, Caller.class);
        String runId = exchange.getMessage().getHeader("run_id", String.class);
        return caller.tenantId().flatMap(tenantId -> mirroring.peerOf(new RunKey(tenantId, runId)));
    }

    private Optional<String> startCursor(RunKey run) {
        return Optional.of(stores.cursors.forRun(run).encode(Cursor.START));
    }

    private static Optional<String> keyHeader(Exchange exchange) {
        return request(exchange).header("Idempotency-Key");
    }

    private static boolean explain(Exchange exchange) {
        return "true".equals(request(exchange).query().get("explain"));
    }

    private static InboundRequest request(Exchange exchange) {
        return exchange.getProperty(InboundRequest.PROPERTY, InboundRequest.class);
    }
}
